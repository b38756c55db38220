// Fields that belong together, and those of them that stand beside each other where there is room.
import type { ReactNode } from 'react';
import styles from './fieldset.module.css';

export function Fieldset({ legend, children }: { legend?: string; children: ReactNode }) {
  return (
    <fieldset className={styles.fieldset}>
      {legend && <legend>{legend}</legend>}
      {children}
    </fieldset>
  );
}

export function Beside({ children }: { children: ReactNode }) {
  return <div className={styles.beside}>{children}</div>;
}
