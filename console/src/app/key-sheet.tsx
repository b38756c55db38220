// The keys of the console, as the reader's own keyboard has them, and the switch for single letters.
import { Modal } from '@mantine/core';
import { Fragment } from 'react';
import { Link } from 'react-router';
import { keyGroups, platformOf, written, type KeyLine } from '../shared/keys';
import { usePreferences } from '../shared/preferences';
import { areas } from './areas';
import { LettersSwitch } from './letters-switch';
import styles from './key-sheet.module.css';

const platform = platformOf(navigator.userAgent);

const places: KeyLine[] = areas.flatMap((area) => (area.letter === undefined ? [] : [{ keys: ['g', area.letter], sequence: true, says: area.label, letter: true }]));

export default function KeySheet({ project, onClose }: { project: string; onClose: () => void }) {
  const { letters } = usePreferences();
  return (
    <Modal opened onClose={onClose} title="Help and keyboard" size="xl" closeButtonProps={{ 'aria-label': 'Close' }} classNames={{ content: styles.content, title: styles.modalTitle, overlay: styles.overlay }}>
      <p className={styles.intro}>
        New here? The{' '}
        <Link to={`/${project}/tour`} onClick={onClose}>
          guided tour
        </Link>{' '}
        leads from the first rule to a price change that is applied and taken back. No key approves or applies anything by itself: it only opens the dialog that asks.
      </p>
      <LettersSwitch />
      <div className={styles.groups}>
        {[...keyGroups, { title: 'Go to', lines: places }].map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.lines.map((line) => (
                <Line key={line.says} line={line} off={line.letter && !letters} />
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

function Line({ line, off }: { line: KeyLine; off: boolean }) {
  return (
    <div className={styles.line} data-off={off || undefined}>
      <dt>
        {line.keys.map((combination, index) => (
          <Fragment key={combination}>
            {index > 0 && <span className={styles.between}>{line.sequence ? 'then' : 'or'}</span>}
            {written(combination, platform).map((key) => (
              <kbd key={key}>{line.sequence || combination.length === 1 ? key.toLowerCase() : key}</kbd>
            ))}
          </Fragment>
        ))}
      </dt>
      <dd>
        {line.says}
        {off && <span className="muted"> (off)</span>}
      </dd>
    </div>
  );
}
