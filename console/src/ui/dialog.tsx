// A dialog that asks about one act: what will happen, how to go back, and two buttons that say what they do.
import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { Button } from './button';
import { ProblemPanel } from './problem-panel';
import styles from './dialog.module.css';

interface DialogProps {
  opened: boolean;
  title: string;
  /** What the act's button says: verb, object, number. */
  act: string;
  /** What the safe button says will happen. */
  keep: string;
  danger?: boolean;
  busy: boolean;
  problem: unknown;
  notDone?: string;
  /** Set while the act cannot be done yet: the reason, shown beside the button. */
  blocked?: string | undefined;
  onAct: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function Dialog({ opened, title, act, keep, danger = false, busy, problem, notDone, blocked, onAct, onClose, children }: DialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered size="lg" closeButtonProps={{ 'aria-label': 'Close' }} classNames={{ content: styles.content, title: styles.title, overlay: styles.overlay }}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (blocked === undefined && !busy) onAct();
        }}
      >
        {children}
        {problem ? <ProblemPanel problem={problem} {...(notDone === undefined ? {} : { notDone })} /> : null}
        <div className={styles.actions}>
          {blocked !== undefined && (
            <p id="dialog-blocked" className={styles.blocked}>
              {blocked}
            </p>
          )}
          <Button onClick={onClose}>{keep}</Button>
          <Button type="submit" weight={danger ? 'danger' : 'primary'} busy={busy} blockedBy={blocked === undefined ? undefined : 'dialog-blocked'}>
            {act}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
