// The pages about background work.
import { useProject } from '../../app/project';
import { SubNav } from '../../ui/sub-nav';

export function JobsNav() {
  const at = `/${useProject().slug}/jobs`;
  return (
    <SubNav
      label="Jobs"
      pages={[
        { to: at, name: 'Jobs', end: true },
        { to: `${at}/schedules`, name: 'Schedules' },
      ]}
    />
  );
}
