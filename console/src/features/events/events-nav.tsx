// The pages about the event log.
import { useProject } from '../../app/project';
import { SubNav } from '../../ui/sub-nav';

export function EventsNav() {
  const at = `/${useProject().slug}/events`;
  return (
    <SubNav
      label="Events"
      pages={[
        { to: at, name: 'Log', end: true },
        { to: `${at}/consumers`, name: 'Consumers' },
        { to: `${at}/dead-letters`, name: 'Dead letters' },
        { to: `${at}/replays`, name: 'Replays' },
      ]}
    />
  );
}
