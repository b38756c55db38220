// Values in running text and cells: money, change, time, ids.
import { notCopied } from '../shared/clipboard';
import { formatInstant, formatInstantExact, formatMoney, formatPercent, formatRelative, spokenPercent, type MoneyText } from '../shared/format';
import { useProject } from '../app/project';
import { ToSelect } from './to-select';
import { useCopy } from './use-copy';
import styles from './values.module.css';

export function MoneyValue({ money }: { money: MoneyText | null | undefined }) {
  return money ? <span className="number">{formatMoney(money)}</span> : <Missing />;
}

export function Missing() {
  return (
    <span className="muted">
      <span aria-hidden="true">–</span>
      <span className="visually-hidden">none</span>
    </span>
  );
}

export function PercentValue({ pct }: { pct: string | null | undefined }) {
  if (!pct) return <Missing />;
  const direction = pct.startsWith('-') ? 'down' : /[1-9]/.test(pct) ? 'up' : 'same';
  return (
    <span className={styles.percent} data-direction={direction}>
      <span className="number" aria-hidden="true">
        {formatPercent(pct)}
      </span>
      <span className="visually-hidden">{spokenPercent(pct)}</span>
    </span>
  );
}

/** Within a day relative, else the shop's wall clock; both zones in the tooltip. */
export function Instant({ at, absolute = false }: { at: string; absolute?: boolean }) {
  const zone = useProject().time_zone;
  const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const relative = absolute ? null : formatRelative(at, Date.now());
  const tooltip = [formatInstantExact(at, zone), ...(ownZone === zone ? [] : [formatInstantExact(at, ownZone)])].join('\n');
  return (
    <time dateTime={at} title={tooltip} className="number">
      {relative ?? formatInstant(at, zone)}
    </time>
  );
}

/** An id that can be copied. */
export function CopyableId({ id, label, short = false }: { id: string; label: string; short?: boolean }) {
  const { said, copy } = useCopy(id);
  return (
    <>
      <button type="button" className={styles.id} onClick={copy} title={id}>
        <span className="visually-hidden">Copy {label} </span>
        {short ? `${id.slice(0, 10)}…` : id}
        <span className={styles.copied} role="status">
          {said === 'copied' && ' copied'}
        </span>
      </button>
      {said === 'refused' && (
        <span className={styles.refused}>
          <span role="alert">{notCopied()}</span> <ToSelect text={id} />
        </span>
      )}
    </>
  );
}
