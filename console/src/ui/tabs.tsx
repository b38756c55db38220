// The parts of a page as links, each with its own address and, where it counts something, its number.
import { Link, useLocation } from 'react-router';
import { formatCount } from '../shared/format';
import styles from './tabs.module.css';

export interface Tab {
  /** Value of `tab` in the address; the first one's may be left out. */
  value: string;
  label: string;
  count?: number | undefined;
}

/** A part keeps nothing of the filters of another. */
export function Tabs({ label, tabs, chosen }: { label: string; tabs: Tab[]; chosen: string }) {
  const { pathname } = useLocation();
  return (
    <nav aria-label={label} className={styles.tabs}>
      <ul>
        {tabs.map(({ value, label: name, count }, index) => (
          <li key={value}>
            <Link to={{ pathname, search: index === 0 ? '' : `?tab=${value}` }} aria-current={value === chosen ? 'page' : undefined} preventScrollReset>
              {name}
              {count !== undefined && <span className="number">{formatCount(count)}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
