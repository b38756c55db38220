// A new secret, before it is gone for good.
import { Dialog } from '../../ui/dialog';
import { Secret } from '../../ui/secret';
import { Instant } from '../../ui/values';

export function SecretDialog({ secret, formerUntil, onClose }: { secret: string; formerUntil?: string | null | undefined; onClose: () => void }) {
  return (
    <Dialog opened title="Keep this secret now" act="I have kept it" keep="Close" busy={false} problem={null} onAct={onClose} onClose={onClose}>
      <Secret label="The signing secret." value={secret} note="It is shown this once and stored sealed. The receiver checks the signature of each request with it." />
      {formerUntil && (
        <p>
          Until <Instant at={formerUntil} absolute /> each request carries a signature of the secret before it too.
        </p>
      )}
    </Dialog>
  );
}
