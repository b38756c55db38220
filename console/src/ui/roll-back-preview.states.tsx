import { ProjectProvider, type Project } from '../app/project';
import type { Schemas } from '../api/client';
import type { States } from '../gallery/states';
import { Dialog } from './dialog';
import { RollBackEffects } from './roll-back-preview';

const euro = (amount: string) => ({ amount, currency: 'EUR' });
const tent = { variant_id: 'var_01m7y4tcxwej3r97ce3p8msv9p', sku: 'T-771', title: 'Fjell 2P tent', written: euro('161.10'), now: euro('149.00') };
const gone = { ...tent, variant_id: 'var_01m7y4tcxwej3r97ce3p8msv9q', sku: 'T-889', title: 'Fjell 3P tent', now: null };
const nothing = () => undefined;

function shown(preview: Schemas['RollBackPreview']) {
  return (
    <ProjectProvider value={{ slug: 'demo', currency: 'EUR', time_zone: 'Europe/Berlin' } as Project}>
      <Dialog opened danger title="Go back to the prices before this run?" act="Roll back" keep="Keep the new prices" busy={false} problem={null} onAct={nothing} onClose={nothing}>
        <RollBackEffects preview={preview} />
      </Dialog>
    </ProjectProvider>
  );
}

export const states: States = {
  all: () => shown({ prices: 3181, changed: 0, unsure: 0, changed_since: [] }),
  'some-changed': () => shown({ prices: 3181, changed: 14, unsure: 3, changed_since: [tent, gone] }),
};
