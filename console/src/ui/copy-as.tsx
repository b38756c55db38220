// A menu that copies what the page shows: its link, a call of the API, a command.
import { Menu } from '@mantine/core';
import { notify } from '../shared/notices';
import { Button } from './button';

export interface Copyable {
  /** Ends "Copy as …". */
  name: string;
  /** Asked for when it is copied, since the address changes while one types. */
  text: () => string;
}

export function CopyAs({ forms }: { forms: Copyable[] }) {
  const copy = async ({ name, text }: Copyable) => {
    await navigator.clipboard?.writeText(text());
    notify({ tone: 'ok', text: `Copied as ${name}.` });
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
