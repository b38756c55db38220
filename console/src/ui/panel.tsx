// What a button opens beside itself: a panel over the page that takes the focus, and gives it back when it closes.
import { Popover } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import styles from './panel.module.css';

interface PanelProps {
  /** Names the panel. */
  label: string;
  opened: boolean;
  onOpened: (opened: boolean) => void;
  /** The button; pressing it is its own business. */
  target: ReactElement;
  width?: string;
  /** What is inside reaches the edges. */
  flush?: boolean;
  children: ReactNode;
}

/** What the window has no room for is scrolled to inside the panel. */
const room = {
  padding: 8,
  apply: ({ availableHeight, elements }: { availableHeight: number; elements: { floating: HTMLElement } }) => elements.floating.style.setProperty('--room', `${Math.max(160, Math.floor(availableHeight))}px`),
};

export function Panel({ label, opened, onOpened, target, width = '24rem', flush = false, children }: PanelProps) {
  return (
    <Popover opened={opened} onChange={onOpened} position="bottom-end" middlewares={{ flip: true, shift: true, size: room }} width={`min(${width}, calc(100vw - 1rem))`} trapFocus returnFocus transitionProps={{ duration: 0 }}>
      <Popover.Target>{target}</Popover.Target>
      <Popover.Dropdown className={styles.panel} aria-label={label} data-flush={flush || undefined}>
        {children}
      </Popover.Dropdown>
    </Popover>
  );
}
