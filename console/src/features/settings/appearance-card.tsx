// How this browser shows the console: colours, density of rows, motion.
import { useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { setPreference, usePreferences, type Preferences } from '../../shared/preferences';
import { Card } from '../../ui/card';
import { SelectField } from '../../ui/fields';
import styles from './settings.module.css';

export function AppearanceCard() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { density, motion } = usePreferences();
  return (
    <Card title="Appearance">
      <div className={styles.fields}>
        <SelectField
          plain
          label="Colours"
          value={colorScheme}
          onChange={(scheme) => setColorScheme(scheme as MantineColorScheme)}
          options={[
            ['auto', 'As the system'],
            ['light', 'Light'],
            ['dark', 'Dark'],
          ]}
        />
        <SelectField
          plain
          label="Rows of tables"
          value={density}
          onChange={(value) => setPreference('density', value as Preferences['density'])}
          options={[
            ['comfortable', 'Comfortable'],
            ['compact', 'Compact'],
          ]}
        />
        <SelectField
          plain
          label="Motion"
          value={motion}
          onChange={(value) => setPreference('motion', value as Preferences['motion'])}
          options={[
            ['system', 'As the system'],
            ['reduced', 'None'],
          ]}
        />
      </div>
    </Card>
  );
}
