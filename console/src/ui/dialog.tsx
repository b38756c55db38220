// A dialog that asks about one act: what will happen, how to go back, and two buttons that say what they do.
import { Modal } from '@mantine/core';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { queryClient } from '../api/client';
import { asProblem } from '../api/problem';
import { Button } from './button';
import { ProblemPanel } from './problem-panel';
import { useTyped } from './use-typed';
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
  /** Reads again what the act is about; unless given, everything on the page. */
  onReload?: () => void;
  children: ReactNode;
}

export function Dialog({ opened, title, act, keep, danger = false, busy, problem, notDone, blocked, onAct, onClose, onReload = readAgain, children }: DialogProps) {
  const typed = useTyped();
  const [asked, setAsked] = useState(false);
  const writeOn = () => {
    setAsked(false);
    typed.goOn();
  };
  const discard = () => {
    setAsked(false);
    onClose();
  };
  return (
    // A click that missed the dialog would take along what was typed in it; Escape and the cross ask first.
    <Modal {...looks} opened={opened} onClose={asked ? writeOn : () => (typed.any() ? setAsked(true) : onClose())} title={title} closeOnClickOutside={false}>
      <form
        className={styles.form}
        onFocus={typed.watch}
        onInput={() => setAsked(false)}
        onSubmit={(event) => {
          event.preventDefault();
          if (blocked === undefined && !busy) onAct();
        }}
      >
        {children}
        {problem ? <ProblemPanel problem={problem} {...(notDone === undefined ? {} : { notDone })} /> : null}
        {hasMoved(problem) && <Moved key={asProblem(problem).requestId} onReload={onReload} />}
        {asked ? (
          <Discard onKeep={writeOn} onDiscard={discard} />
        ) : (
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
        )}
      </form>
    </Modal>
  );
}

/** Takes the place of the buttons, and the focus. */
function Discard({ onKeep, onDiscard }: { onKeep: () => void; onDiscard: () => void }) {
  const safe = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => safe.current?.focus(), []);
  return (
    <div className={styles.actions} role="group" aria-labelledby={id}>
      <p id={id} className={styles.question}>
        Discard what you typed?
      </p>
      <Button ref={safe} onClick={onKeep}>
        Keep writing
      </Button>
      <Button weight="danger" onClick={onDiscard}>
        Discard
      </Button>
    </div>
  );
}

/** Something that comes this once, such as a token. Neither Escape nor a click beside it lets it go; its one button does. */
export function ShownOnce({ title, done, onDone, children }: { title: string; done: string; onDone: () => void; children: ReactNode }) {
  return (
    <Modal {...looks} opened onClose={onDone} title={title} withCloseButton={false} closeOnClickOutside={false} closeOnEscape={false}>
      <div className={styles.form}>
        {children}
        <div className={styles.actions}>
          <Button weight="primary" onClick={onDone}>
            {done}
          </Button>
        </div>
      </div>
    </Modal>
  );
}

const looks = { centered: true, size: 'lg', closeButtonProps: { 'aria-label': 'Close' }, classNames: { content: styles.content!, title: styles.title!, overlay: styles.overlay! } };

const readAgain = () => void queryClient.invalidateQueries();

const hasMoved = (problem: unknown) => Boolean(problem) && [404, 409, 412].includes(asProblem(problem).status);

/** After a 404, 409 or 412 the page is older than the server: the way on is to look again. What was typed here stays. */
function Moved({ onReload }: { onReload: () => void }) {
  const [loaded, setLoaded] = useState(false);
  const load = () => {
    setLoaded(true);
    onReload();
  };
  return (
    <p role="status">
      {loaded ? (
        'The page behind this dialog is as it is now.'
      ) : (
        <Button size="xs" onClick={load}>
          Load what it is now
        </Button>
      )}
    </p>
  );
}
