// What everybody has to know of a price change before anything else, across its page, with the way on.
import type { ReactNode } from 'react';
import { Glyph } from '../../ui/glyph';
import styles from './ribbon.module.css';

export function Ribbon({ tone, children }: { tone: 'ok' | 'warn'; children: ReactNode }) {
  return (
    <div className={styles.ribbon} data-tone={tone} role="note">
      <Glyph name={tone === 'warn' ? 'warn' : 'wait'} />
      {children}
    </div>
  );
}
