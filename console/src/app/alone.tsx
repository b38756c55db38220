// A page without the frame around it: before it is known who reads and what, or where that cannot be said.
import { useEffect, type ReactNode } from 'react';
import styles from './session.module.css';

/** `quiet` is for what is on its way: its title is only heard. */
export function Alone({ title, quiet = false, children }: { title: string; quiet?: boolean; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Calibr`;
  }, [title]);
  return (
    <main className={styles.alone} aria-busy={quiet || undefined}>
      <h1 className={quiet ? 'visually-hidden' : undefined}>{title}</h1>
      {children}
    </main>
  );
}
