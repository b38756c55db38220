// The rail: areas in groups, each with the number of things that wait there. On a narrow screen it opens from the header.
import { Link, useLocation } from 'react-router';
import { formatCount } from '../shared/format';
import { addressOf, areaGroups, isCurrent, type Area } from './areas';
import { Icon } from './icons';
import { countWords, type FrameCount } from './use-counts';
import styles from './rail.module.css';

export function Rail({ project, counts, opened, onGo }: { project: string; counts: Partial<Record<string, FrameCount>>; opened: boolean; onGo: () => void }) {
  const { pathname } = useLocation();
  return (
    <nav id="rail" className={styles.rail} aria-label="Areas" data-opened={opened || undefined}>
      {areaGroups.map((group) => (
        <section key={group.title} aria-label={group.title}>
          <h2 className={styles.group} aria-hidden="true">
            {group.title}
          </h2>
          <ul>
            {group.areas.map((area) => (
              <li key={area.label}>
                <Link
                  to={addressOf(project, area)}
                  className={styles.area}
                  onClick={onGo}
                  aria-current={isCurrent(area, project, pathname) ? 'page' : undefined}
                  data-tour={`area-${area.label.toLowerCase().replaceAll(' ', '-')}`}
                >
                  <Icon name={area.icon} />
                  <span className={styles.label}>{area.label}</span>
                  <Count area={area} count={area.count && counts[area.count]} />
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function Count({ area, count }: { area: Area; count: FrameCount | undefined }) {
  if (area.count === undefined || count === undefined || count.number === 0) return null;
  return (
    <span className={styles.count}>
      <span aria-hidden="true" className="number">
        {formatCount(count.number)}
        {count.more && '+'}
      </span>
      <span className="visually-hidden">{countWords(area.count, count)}</span>
    </span>
  );
}
