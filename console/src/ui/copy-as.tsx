// A menu that copies what the page shows: its link, a call of the API, a command.
import { Menu } from '@mantine/core';
import { useState } from 'react';
import { copied, notCopied } from '../shared/clipboard';
import { notify } from '../shared/notices';
import { Button } from './button';
import { Dialog } from './dialog';
import { ToSelect } from './to-select';

export interface Copyable {
  /** Ends "Copy as …". */
  name: string;
  /** Asked for when it is copied, since the address changes while one types. */
  text: () => string | Promise<string>;
}

export function CopyAs({ forms }: { forms: Copyable[] }) {
  const [byHand, setByHand] = useState<{ name: string; text: string } | null>(null);
  const close = () => setByHand(null);
  const copy = async ({ name, text }: Copyable) => {
    try {
      const said = text();
      if (await copied(said)) notify({ tone: 'ok', text: `Copied as ${name}.` });
      else setByHand({ name, text: await said });
    } catch (error) {
      notify({ tone: 'error', text: `Not copied as ${name}. ${error instanceof Error ? error.message : ''}` });
    }
  };
  return (
    <>
      <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button>Copy as…</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {[{ name: 'link', text: () => location.href }, ...forms].map((form) => (
            <Menu.Item key={form.name} onClick={() => void copy(form)}>
              {form.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {byHand && (
        <Dialog opened title={`Not copied as ${byHand.name}`} act="I have copied it" keep="Close" busy={false} problem={null} onAct={close} onClose={close}>
          <p>{notCopied()}</p>
          <ToSelect text={byHand.text} />
        </Dialog>
      )}
    </>
  );
}
