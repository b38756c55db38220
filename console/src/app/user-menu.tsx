// The person's menu: who is signed in, light or dark, the way out.
import { Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { humanised } from '../shared/words';
import { useMe } from './session';
import { useSignOut } from './use-sign-out';
import styles from './user-menu.module.css';

const schemes: [MantineColorScheme, string][] = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['auto', 'As the system'],
];

export function UserMenu() {
  const me = useMe();
  const signOut = useSignOut();
  const { colorScheme, setColorScheme } = useMantineColorScheme();


  return (
    <Menu position="bottom-end" width={240} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" className={styles.target}>
          <span className={styles.avatar} aria-hidden="true">
            {me.email.slice(0, 2).toUpperCase()}
          </span>
          <span className={styles.email}>{me.email}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown className={styles.dropdown}>
        <Menu.Label className={styles.who}>
          {me.tenant_name}
          <span>{humanised(me.role)}</span>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label className={styles.label}>Appearance</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(scheme) => setColorScheme(scheme as MantineColorScheme)}>
          {schemes.map(([scheme, label]) => (
            <Menu.RadioItem key={scheme} value={scheme}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
