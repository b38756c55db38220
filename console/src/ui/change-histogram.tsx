// How far prices move: bars around zero, what guardrails stop hatched on top of what is written, and shaded what lies beyond the
// largest move. Where a choice means something, a bar is an option that narrows the rows beside it.
import { Fragment, useId, useState, type KeyboardEvent, type ReactNode, type SVGProps } from 'react';
import { compareDecimals, withoutZeros } from '../shared/decimal';
import { countOf, formatCount, formatPercent } from '../shared/format';
import { scaleOver } from '../shared/scale';
import { aroundZero, binKey, direction, heldBy, spanOf, type Bin } from './bins';
import { Figure, FigureTable } from './figure';
import picture from './picture.module.css';
import styles from './change-histogram.module.css';

/** How far a price may move, in percent; null where nothing limits it. */
export interface MoveLimits {
  /** Below zero. */
  down: string | null;
  up: string | null;
}

interface ChangeHistogramProps {
  bins: Bin[];
  /** Rows that a guardrail stops, also those of which no bin knows how far they would have moved. */
  blocked?: number;
  median?: string | null | undefined;
  limits?: MoveLimits;
  /** The chosen bin's key, or an empty text. */
  chosen?: string;
  /** Called with the bin's key, or an empty text to choose none. Without it the bars cannot be chosen. */
  onChoose?: (key: string) => void;
}

const NO_LIMITS: MoveLimits = { down: null, up: null };

export function ChangeHistogram({ bins, blocked = 0, median, limits = NO_LIMITS, chosen = '', onChoose }: ChangeHistogramProps) {
  const drawn = aroundZero(bins);
  if (drawn.length === 0) return null;
  const shown = within(drawn, limits);
  const stopped = bins.reduce((sum, bin) => sum + blockedIn(bin), 0);
  const most = Math.max(...bins.map((bin) => bin.count));
  const fullest = bins.find((bin) => bin.count === most);
  const finding = (
    <>
      {fullest && most > 0 && `Most changes lie ${spanOf(fullest)} (${countOf(most, 'price', 'prices')}).`}
      {median && ` Half of all are at or below ${formatPercent(median)}.`}
      {stopped > 0 && ` ${countOf(stopped, 'more is', 'more are')} blocked.`}
      {blocked > stopped && ` Of ${countOf(blocked - stopped, 'blocked row', 'blocked rows')} it is not known how far.`}
      {limitsInWords(shown)}
      {onChoose && ' Choose a bar to see its rows.'}
      <Legend hatched={stopped > 0} shaded={shown.down !== null || shown.up !== null} />
    </>
  );
  const head = stopped > 0 ? ['Change', 'Prices', 'Blocked'] : ['Change', 'Prices'];
  const table = <FigureTable label="Changes by size" head={head} rows={bins.filter((bin) => heldBy(bin) > 0).map((bin) => [spanOf(bin), formatCount(bin.count), ...(stopped > 0 ? [formatCount(blockedIn(bin))] : [])])} />;
  return (
    <Figure finding={finding} table={table}>
      {(width, labelledBy) => (onChoose ? <ChoosableBars bins={drawn} limits={shown} width={width} chosen={chosen} onChoose={onChoose} /> : <Bars bins={drawn} limits={shown} width={width} role="img" aria-labelledby={labelledBy} />)}
    </Figure>
  );
}

/** Plans made before blocked rows were counted do not name them. */
const blockedIn = (bin: Bin) => bin.blocked ?? 0;

const closedOf = (bins: Bin[]) => bins.filter((bin) => bin.from_pct && bin.to_pct);

/** The limits that lie among the bins. */
function within(bins: Bin[], { down, up }: MoveLimits): MoveLimits {
  const closed = closedOf(bins);
  const [first, last] = [closed[0]?.from_pct, closed.at(-1)?.to_pct];
  if (!first || !last) return NO_LIMITS;
  const lies = (limit: string | null) => (limit !== null && compareDecimals(limit, first) > 0 && compareDecimals(limit, last) < 0 ? limit : null);
  return { down: lies(down), up: lies(up) };
}

function limitsInWords({ down, up }: MoveLimits): string {
  const said = [down, up].filter((limit) => limit !== null).map((limit) => formatPercent(withoutZeros(limit)));
  return said.length === 0 ? '' : ` Guardrails stop what moves beyond ${said.join(' or ')}.`;
}

function Legend({ hatched, shaded }: { hatched: boolean; shaded: boolean }) {
  const id = useId();
  return (
    <span className={picture.legend}>
      <span>
        <svg width="12" height="12" aria-hidden="true">
          <path d="M1 2h10l-5 8z" className={styles.down} />
        </svg>
        falls
      </span>
      <span>
        <svg width="12" height="12" aria-hidden="true">
          <path d="M1 10h10l-5 -8z" className={styles.up} />
        </svg>
        rises
      </span>
      {hatched && (
        <span>
          <svg width="12" height="12" aria-hidden="true">
            <Hatching id={id} />
            <rect x="1" y="1" width="10" height="10" fill={`url(#${id})`} className={styles.stopped} />
          </svg>
          blocked
        </span>
      )}
      {shaded && (
        <span>
          <svg width="12" height="12" aria-hidden="true">
            <rect x="0" y="0" width="12" height="12" className={picture.beyond} />
            <line x1="11" x2="11" y1="0" y2="12" className={picture.limit} />
          </svg>
          beyond the largest move
        </span>
      )}
    </span>
  );
}

const HEIGHT = 132;
/** Room that the figures of a tick take. */
const TICK = 48;
const BASE = 108;

interface BarsProps {
  bins: Bin[];
  limits: MoveLimits;
  width: number;
}

interface DrawnProps extends BarsProps, Omit<SVGProps<SVGSVGElement>, 'width'> {
  /** What a drawn bar is besides. */
  barAs?: (bin: Bin, place: Place, bar: ReactNode) => ReactNode;
}

function Bars({ bins, limits, width, barAs = (_bin, _place, bar) => bar, ...rest }: DrawnProps) {
  const id = useId();
  return (
    <svg width={width} height={HEIGHT} className={picture.picture} {...rest}>
      <Hatching id={id} />
      <Beyond bins={bins} limits={limits} width={width} />
      {bins.map((bin, index) => {
        const place = placeOf(bins, index, width);
        return heldBy(bin) > 0 && <Fragment key={binKey(bin)}>{barAs(bin, place, <Bar bin={bin} place={place} hatching={id} />)}</Fragment>;
      })}
      <Scale bins={bins} width={width} />
    </svg>
  );
}

/** One stop for Tab, arrows walk the bars that hold something, Enter or Space chooses, Escape chooses none. */
function ChoosableBars({ chosen, onChoose, ...bars }: BarsProps & { chosen: string; onChoose: (key: string) => void }) {
  const id = useId();
  const [active, setActive] = useState('');
  const options = bars.bins.filter((bin) => heldBy(bin) > 0).map(binKey);
  const current = options.includes(active) ? active : options.includes(chosen) ? chosen : (options[0] ?? '');
  const optionId = (key: string) => `${id}${options.indexOf(key)}`;
  const choose = (key: string) => onChoose(key === chosen ? '' : key);

  const onKeyDown = (event: KeyboardEvent) => {
    const at = options.indexOf(current);
    const moves: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: options.length - 1 };
    const to = moves[event.key];
    if (to !== undefined) setActive(options[Math.min(Math.max(to, 0), options.length - 1)] ?? '');
    else if (event.key === 'Enter' || event.key === ' ') choose(current);
    else if (event.key === 'Escape' && chosen !== '') onChoose('');
    else return;
    event.preventDefault();
  };

  return (
    <Bars
      {...bars}
      role="listbox"
      tabIndex={0}
      aria-label="Changes by size"
      aria-activedescendant={optionId(current)}
      onKeyDown={onKeyDown}
      onFocus={() => setActive(current)}
      barAs={(bin, place, bar) => {
        const key = binKey(bin);
        return (
          <g
            id={optionId(key)}
            role="option"
            aria-selected={key === chosen}
            aria-label={inWords(bin)}
            className={styles.option}
            data-active={key === current || undefined}
            data-faded={(chosen !== '' && key !== chosen) || undefined}
            onClick={() => {
              setActive(key);
              choose(key);
            }}
          >
            <rect x={place.x} y={0} width={place.width} height={BASE} className={styles.reach} />
            {bar}
          </g>
        );
      }}
    />
  );
}

interface Place {
  x: number;
  width: number;
  /** Of what is written, from the ground up, and of what is blocked on top of it. */
  written: number;
  blocked: number;
}

function placeOf(bins: Bin[], index: number, width: number): Place {
  const step = width / bins.length;
  const bin = bins[index]!;
  const most = Math.max(1, ...bins.map(heldBy));
  const heightOf = (count: number) => (count === 0 ? 0 : Math.max(2, (count / most) * (BASE - 10)));
  return { x: index * step + 1, width: step - 2, written: heightOf(bin.count), blocked: blockedIn(bin) === 0 ? 0 : Math.max(4, heightOf(blockedIn(bin))) };
}

function inWords(bin: Bin): string {
  const written = `${spanOf(bin)}: ${countOf(bin.count, 'price', 'prices')}`;
  return blockedIn(bin) === 0 ? written : `${written}, and ${formatCount(blockedIn(bin))} blocked`;
}

function Bar({ bin, place, hatching }: { bin: Bin; place: Place; hatching: string }) {
  return (
    <g className={styles.bar}>
      <rect x={place.x} y={BASE - place.written} width={place.width} height={place.written} rx="1.5" className={styles[direction(bin)]} />
      {place.blocked > 0 && <rect x={place.x + 0.5} y={BASE - place.written - place.blocked} width={Math.max(0, place.width - 1)} height={place.blocked} rx="1.5" fill={`url(#${hatching})`} className={styles.stopped} />}
      <title>{inWords(bin)}</title>
    </g>
  );
}

/** What is not written, whichever way it would have gone. */
function Hatching({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="5" height="5" className={styles.ground} />
        <rect width="2" height="5" className={styles.hatch} />
      </pattern>
    </defs>
  );
}

/** What no price may move to, and where none moves. */
function Beyond({ bins, limits, width }: BarsProps) {
  const step = width / bins.length;
  const closed = closedOf(bins);
  const [first, last] = [closed[0], closed.at(-1)];
  if (!first || !last) return null;
  const across = scaleOver([first.from_pct!, last.to_pct!], closed.length * step);
  const place = (pct: string) => bins.indexOf(first) * step + across(pct);
  const { down, up } = limits;
  return (
    <g aria-hidden="true">
      {down !== null && <Band x={0} width={place(down)} line={place(down)} />}
      {up !== null && <Band x={place(up)} width={width - place(up)} line={place(up)} />}
      <line x1={place('0')} x2={place('0')} y1={0} y2={BASE} className={styles.zero} />
    </g>
  );
}

function Band({ x, width, line }: { x: number; width: number; line: number }) {
  return (
    <g data-beyond>
      <rect x={x} y={0} width={width} height={BASE} className={picture.beyond} />
      <line x1={line} x2={line} y1={0} y2={BASE} className={picture.limit} />
    </g>
  );
}

function Scale({ bins, width }: { bins: Bin[]; width: number }) {
  const step = width / bins.length;
  const every = Math.max(1, Math.ceil(bins.length / (width / 72)));
  // Half a label has no room at either end.
  const labelled = bins.map((bin, index) => ({ bin, index })).filter(({ bin, index }) => bin.from_pct && index % every === 1 % every && index * step >= TICK / 2 && index * step <= width - TICK / 2);
  return (
    <g aria-hidden="true">
      <line x1="0" x2={width} y1={BASE + 0.5} y2={BASE + 0.5} className={picture.axis} />
      {labelled.map(({ bin, index }) => (
        <g key={index}>
          <line x1={index * step} x2={index * step} y1={BASE} y2={BASE + 4} className={picture.axis} />
          <text x={index * step} y={BASE + 18} textAnchor="middle" className={picture.tick}>
            {formatPercent(withoutZeros(bin.from_pct!))}
          </text>
        </g>
      ))}
    </g>
  );
}
