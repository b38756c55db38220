// Switches single letters off and on. What is held with Ctrl or ⌘ is not touched by it.
import { Switch } from '@mantine/core';
import { setPreference, usePreferences } from '../shared/preferences';
import styles from './key-sheet.module.css';

export function LettersSwitch() {
  const { letters } = usePreferences();
  return (
    <Switch
      checked={letters}
      onChange={(event) => setPreference('letters', event.currentTarget.checked)}
      label="Single letters act"
      description="Switch them off if you speak your input or often touch a key by chance. Keys held with Ctrl or ⌘ go on working."
      classNames={{ track: styles.track, description: styles.description }}
    />
  );
}
