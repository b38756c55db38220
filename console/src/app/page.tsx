// The head of a page: where it is, its name as h1 (which takes the focus after navigation), its acts; and the document's title.
import { useEffect, useRef, type ReactNode } from 'react';
import { Link, useLocation, useNavigationType, type To } from 'react-router';
import styles from './page.module.css';

interface PageProps {
  title: string;
  /** Title of the tab, when it should say more than the h1. */
  documentTitle?: string;
  /** The way here, from the outside in. */
  above?: { label: string; to: To }[];
  /** Beside the title: a status, an id. */
  badges?: ReactNode;
  /** One line under the title. */
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

let firstPage = true;

export function Page({ title, documentTitle, above = [], badges, subtitle, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname, hash } = useLocation();
  const navigation = useNavigationType();

  useEffect(() => {
    document.title = `${documentTitle ?? title} · Calibr`;
  }, [documentTitle, title]);

  useEffect(() => {
    // The browser itself starts at the top of a fresh document; only later pages need the focus moved.
    if (firstPage) firstPage = false;
    // An address that names a part of the page gives the focus to that part, now or whenever it changes.
    else if (hash !== '') return;
    // Whoever opened a dialog while the page was still on its way keeps the focus there.
    else if (document.activeElement?.closest('[role=dialog]')) return;
    else if (navigation !== 'POP' || document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, [pathname, navigation]);

  return (
    <>
      <header className={styles.head}>
        <div className={styles.titles}>
          {above.length > 0 && (
            <nav aria-label="Breadcrumbs">
              <ol className={styles.crumbs}>
                {above.map((crumb) => (
                  <li key={crumb.label}>
                    <Link to={crumb.to}>{crumb.label}</Link>
                  </li>
                ))}
              </ol>
            </nav>
          )}
          <div className={styles.line}>
            <h1 ref={heading} tabIndex={-1}>
              {title}
            </h1>
            {badges}
          </div>
          {subtitle && <div className={styles.subtitle}>{subtitle}</div>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      <div className={styles.content}>{children}</div>
    </>
  );
}
