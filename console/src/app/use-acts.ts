// The acts that the palette offers beside the places: what can be started from anywhere.
import { useMantineColorScheme } from '@mantine/core';
import { setPreference, usePreferences } from '../shared/preferences';
import type { Entry } from './palette/entries';
import { mayAct } from './rights';
import { useMe } from './session';
import { useSignOut } from './use-sign-out';

export function useActs(project: string, showKeys: () => void): Entry[] {
  const me = useMe();
  const signOut = useSignOut();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { density, letters } = usePreferences();
  const edits: Entry[] = mayAct(me.role, 'editor')
    ? [
        { id: 'new price change', icon: 'act', label: 'Plan a price change', also: 'new create', to: `/${project}/price-changes/new` },
        { id: 'new rule', icon: 'act', label: 'Write a rule', also: 'new create', to: `/${project}/rules/new` },
      ]
    : [];
  return [
    ...edits,
    { id: 'check rules', icon: 'act', label: 'Check the rules against each other', also: 'conflict prove floor', to: `/${project}/rules/check` },
    colorScheme === 'dark'
      ? { id: 'light', icon: 'act', label: 'Use light colours', also: 'theme appearance', act: () => setColorScheme('light') }
      : { id: 'dark', icon: 'act', label: 'Use dark colours', also: 'theme appearance night', act: () => setColorScheme('dark') },
    density === 'compact'
      ? { id: 'comfortable', icon: 'act', label: 'Use comfortable rows', also: 'density appearance', act: () => setPreference('density', 'comfortable') }
      : { id: 'compact', icon: 'act', label: 'Use compact rows', also: 'density appearance', act: () => setPreference('density', 'compact') },
    { id: 'letters', icon: 'act', label: letters ? 'Switch single letters off' : 'Switch single letters on', also: 'keyboard shortcuts', act: () => setPreference('letters', !letters) },
    { id: 'tour', icon: 'tour', label: 'Open the guided tour', also: 'help learn first steps', to: `/${project}/tour` },
    { id: 'keys', icon: 'help', label: 'Show help and keyboard', aside: '?', act: showKeys },
    { id: 'sign out', icon: 'act', label: 'Sign out', also: 'leave log', act: () => void signOut() },
  ];
}
