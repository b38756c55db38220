// Shows notices in a corner. An error is an alert and stays until it is closed; others wait for a pause and leave by themselves.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Link } from 'react-router';
import { dismiss, noticesNow, onNotices, type Notice } from '../shared/notices';
import { Glyph } from '../ui/glyph';
import { Icon } from './icons';
import styles from './notices.module.css';

const STAYS_MS = 10_000;
const glyphs = { ok: 'check', warn: 'warn', error: 'cross' } as const;

export function Notices() {
  const notices = useSyncExternalStore(onNotices, noticesNow);
  const errors = notices.filter((notice) => notice.tone === 'error');
  const others = notices.filter((notice) => notice.tone !== 'error');
  return (
    <div className={styles.corner}>
      <div role="alert">
        {errors.map((notice) => (
          <OneNotice key={notice.id} notice={notice} />
        ))}
      </div>
      <div role="status">
        {others.map((notice) => (
          <OneNotice key={notice.id} notice={notice} />
        ))}
      </div>
    </div>
  );
}

function OneNotice({ notice }: { notice: Notice }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (notice.tone === 'error' || held) return undefined;
    const timer = setTimeout(() => dismiss(notice.id), STAYS_MS);
    return () => clearTimeout(timer);
  }, [notice, held]);
  return (
    <div className={styles.notice} data-tone={notice.tone} onMouseEnter={() => setHeld(true)} onMouseLeave={() => setHeld(false)} onFocus={() => setHeld(true)} onBlur={() => setHeld(false)}>
      <Glyph name={glyphs[notice.tone]} size={16} />
      <p>
        {notice.text} {notice.to && <Link to={notice.to}>See it</Link>}
      </p>
      <button type="button" onClick={() => dismiss(notice.id)}>
        <Icon name="close" size={14} />
        <span className="visually-hidden">Close this notice</span>
      </button>
    </div>
  );
}
