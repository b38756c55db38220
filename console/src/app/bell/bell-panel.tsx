// The newest notifications, each leading to its page. They stay unread until the reader says otherwise.
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { countOf } from '../../shared/format';
import { Button } from '../../ui/button';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Instant } from '../../ui/values';
import { leadsTo, saidOf } from './said';
import { useNotifications, useRead } from './use-notifications';
import styles from './bell.module.css';

export default function BellPanel({ project, onGo }: { project: string; onGo: () => void }) {
  const query = useNotifications(project);
  const read = useRead(project);
  const newest = query.data?.data[0];
  const unread = query.data?.unread ?? 0;
  return (
    <>
      <header className={styles.head}>
        <h2>Notifications</h2>
        <p role="status">{query.data && (unread === 0 ? 'All are read.' : countOf(unread, 'is unread.', 'are unread.'))}</p>
        {newest && unread > 0 && (
          <Button size="xs" busy={read.isPending} onClick={() => read.mutate(newest.at)}>
            Mark all as read
          </Button>
        )}
      </header>
      {read.error ? <ProblemPanel problem={read.error} notDone="They are still unread." /> : null}
      {query.data === undefined ? (
        query.error ? (
          <ProblemPanel problem={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton rows={3} />
        )
      ) : newest === undefined ? (
        <p className={styles.empty}>Nothing in the last 30 days. You are told here when others review what you planned or ask you to, when a run fails, and when a shop’s prices drift.</p>
      ) : (
        <ol className={styles.list}>
          {query.data.data.map((each) => (
            <Item key={each.id} project={project} notification={each} onGo={onGo} />
          ))}
        </ol>
      )}
    </>
  );
}

function Item({ project, notification, onGo }: { project: string; notification: Schemas['Notification']; onGo: () => void }) {
  const place = leadsTo(notification);
  return (
    <li data-unread={notification.unread || undefined}>
      <p className={styles.title}>
        {notification.unread && <span className={styles.mark}>Unread</span>}
        {place === null ? (
          notification.title
        ) : (
          <Link to={`/${project}/${place}`} onClick={onGo}>
            {notification.title}
          </Link>
        )}
      </p>
      <p>{saidOf(notification)}</p>
      {notification.text && <p className={styles.quote}>“{notification.text}”</p>}
      <p className="muted">
        <Instant at={notification.at} />
      </p>
    </li>
  );
}
