// The bell: how much is unread, and the list on demand. It never opens or takes the focus by itself.
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { countOf } from '../../shared/format';
import { Skeleton } from '../../ui/list';
import { Panel } from '../../ui/panel';
import { Icon } from '../icons';
import { useNotifications } from './use-notifications';
import styles from './bell.module.css';

const BellPanel = lazy(() => import('./bell-panel'));

export function Bell({ project }: { project: string }) {
  const [opened, setOpened] = useState(false);
  const unread = useNotifications(project).data?.unread;
  const said = useSaid(unread);
  return (
    <>
      <Panel
        label="Notifications"
        opened={opened}
        onOpened={setOpened}
        flush
        target={
          <button type="button" className={styles.bell} title="Notifications" onClick={() => setOpened(!opened)}>
            <Icon name="bell" size={18} />
            <span className="visually-hidden">Notifications{unread ? `, ${unread} unread` : ''}</span>
            {unread ? (
              <span className={styles.count} aria-hidden="true">
                {unread}
              </span>
            ) : null}
          </button>
        }
      >
        <Suspense fallback={<Skeleton rows={3} />}>
          <BellPanel project={project} onGo={() => setOpened(false)} />
        </Suspense>
      </Panel>
      <span role="status" className="visually-hidden">
        {said}
      </span>
    </>
  );
}

/** Said when there is a pause, and only of what came while the page was open. */
function useSaid(unread: number | undefined): string {
  const before = useRef<number | undefined>(undefined);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (unread === undefined) return;
    const more = before.current === undefined ? 0 : unread - before.current;
    before.current = unread;
    setSaid(more > 0 ? `${countOf(more, 'new notification', 'new notifications')}.` : '');
  }, [unread]);
  return said;
}
