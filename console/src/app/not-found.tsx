// An address that leads nowhere.
import { Page } from './page';
import { ButtonLink } from '../ui/button';

export function NotFound({ what = 'this page' }: { what?: string }) {
  return (
    <Page title="Not found" subtitle={`There is no ${what.replace(/^(a|an|this) /, '')}, or you may not see it.`}>
      <div>
        <ButtonLink to="/">Go to the start</ButtonLink>
      </div>
    </Page>
  );
}
