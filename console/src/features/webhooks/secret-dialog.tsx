// A new secret, before it is gone for good.
import { ShownOnce } from '../../ui/dialog';
import { Secret } from '../../ui/secret';
import { Instant } from '../../ui/values';

export function SecretDialog({ secret, formerUntil, onClose }: { secret: string; formerUntil?: string | null | undefined; onClose: () => void }) {
  return (
    <ShownOnce title="Keep this secret now" done="I have kept it" onDone={onClose}>
      <Secret label="The signing secret." value={secret} note="It is shown this once and stored sealed. The receiver checks the signature of each request with it." />
      {formerUntil && (
        <p>
          Until <Instant at={formerUntil} absolute /> each request carries a signature of the secret before it too.
        </p>
      )}
    </ShownOnce>
  );
}
