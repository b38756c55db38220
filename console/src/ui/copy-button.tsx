// Copies a text and says that it did; where it cannot, shows the text to be selected.
import { notCopied } from '../shared/clipboard';
import { Button } from './button';
import { ToSelect } from './to-select';
import { useCopy } from './use-copy';

export function CopyButton({ text, children }: { text: string; children: string }) {
  const { said, copy } = useCopy(text);
  return (
    <span>
      <Button size="xs" weight="quiet" onClick={copy}>
        {children}
      </Button>
      <span role="status" className="muted">
        {said === 'copied' && 'Copied.'}
        {said === 'refused' && `${notCopied()} `}
      </span>
      {said === 'refused' && <ToSelect text={text} />}
    </span>
  );
}
