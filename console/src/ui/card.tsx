// A titled part of a page.
import { useId, type ReactNode } from 'react';
import styles from './card.module.css';

interface CardProps {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  flush?: boolean;
  /** Makes it a place that links on the same page lead to. */
  anchor?: string;
}

export function Card({ title, aside, children, flush = false, anchor }: CardProps) {
  const id = useId();
  return (
    <section className={styles.card} aria-labelledby={id} {...(anchor === undefined ? {} : { id: anchor, tabIndex: -1 })}>
      <header className={styles.header}>
        <h2 id={id}>{title}</h2>
        {aside}
      </header>
      <div className={flush ? undefined : styles.body}>{children}</div>
    </section>
  );
}

/** Facts as a list of terms and values. */
export function Facts({ facts }: { facts: [term: string, value: ReactNode][] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
