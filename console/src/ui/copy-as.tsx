// A menu that copies what the page shows: its link, a call of the API, a command.
import { Menu } from '@mantine/core';
import { notify } from '../shared/notices';
import { Button } from './button';

export interface Copyable {
  /** Ends "Copy as …". */
  name: string;
  /** Asked for when it is copied, since the address changes while one types. */
  text: () => string | Promise<string>;
}

export function CopyAs({ forms }: { forms: Copyable[] }) {
  const copy = async ({ name, text }: Copyable) => {
    try {
      const said = text();
      if (typeof said === 'string') await navigator.clipboard?.writeText(said);
      // A browser lets a page write only right after a press; what is still on its way is promised.
      else await navigator.clipboard?.write([new ClipboardItem({ 'text/plain': said.then((whole) => new Blob([whole], { type: 'text/plain' })) })]);
      notify({ tone: 'ok', text: `Copied as ${name}.` });
    } catch (error) {
      notify({ tone: 'error', text: `Not copied as ${name}. ${error instanceof Error ? error.message : ''}` });
    }
  };
  return (
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
  );
}
