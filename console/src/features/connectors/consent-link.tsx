// The address at which a shop's owner consents; good once, for ten minutes.
import { Dialog } from '../../ui/dialog';
import { Secret } from '../../ui/secret';

export function ConsentLink({ domain, url, onClose }: { domain: string; url: string; onClose: () => void }) {
  const open = () => {
    window.open(url, '_blank', 'noopener');
    onClose();
  };
  return (
    <Dialog opened title={`Let the owner of ${domain} consent`} act="Open it in a new tab" keep="Close" busy={false} problem={null} onAct={open} onClose={onClose}>
      <Secret label="The address for the owner." value={url} note="Open it in a browser that is signed in to the shop. It is good once, for ten minutes." />
      <p>The shop appears in the list once the owner has consented. If less than write_products is granted, nothing is connected.</p>
    </Dialog>
  );
}
