// An address that leads nowhere. If it has an id, what the id names is said, and where that can be seen.
import { useLocation, useParams } from 'react-router';
import { idInPath, pageOfId } from '../shared/ids';
import { ButtonLink } from '../ui/button';
import { Page } from './page';

export function NotFound({ what = 'this page' }: { what?: string }) {
  const { project } = useParams();
  const { pathname } = useLocation();
  const meant = idInPath(pathname);
  const to = project && meant ? pageOfId(project, meant.id) : null;
  // Its own page is where the reader is already.
  const isHere = to !== null && pathname.toLowerCase().startsWith(to);
  return (
    <Page title="Not found" subtitle={`There is no ${what.replace(/^(a|an|this) /, '')}, or you may not see it.`}>
      {meant && (
        <p>
          <code>{meant.id}</code> has the form of the id of {meant.kind.one}. {isHere && 'It may belong to another organisation, or a part of it may be missing.'}
          {to === null && 'There is no page for a single one; press Ctrl or ⌘ with K to search.'}
        </p>
      )}
      <div>
        {isHere ? (
          <ButtonLink to={`/${project}/${meant!.kind.page}`}>Go to the list</ButtonLink>
        ) : to ? (
          <ButtonLink weight="primary" to={to}>{`Open it as ${meant!.kind.one}`}</ButtonLink>
        ) : (
          <ButtonLink to="/">Go to the start</ButtonLink>
        )}
      </div>
    </Page>
  );
}
