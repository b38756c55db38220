// The pages of one area, side by side.
import { NavLink } from 'react-router';
import styles from './sub-nav.module.css';

export function SubNav({ label, pages }: { label: string; pages: { to: string; name: string; end?: boolean }[] }) {
  return (
    <nav aria-label={label} className={styles.nav}>
      <ul>
        {pages.map((page) => (
          <li key={page.to}>
            <NavLink to={page.to} end={page.end ?? false}>
              {page.name}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
