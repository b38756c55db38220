// A price over time: a line of steps, dashed where it is still to come, dotted where a shop shows another one; and a button for each
// change, which says what it is and why. Arrows walk the changes.
import { useRef, useState, type KeyboardEvent } from 'react';
import { useProject } from '../app/project';
import { compareDecimals } from '../shared/decimal';
import { countOf, formatDay, formatInstant, formatMoney } from '../shared/format';
import { scaleOver } from '../shared/scale';
import { marksOf, shareOf, spanUntil, stepsPath, thinned, type Mark, type Priced, type Span } from '../shared/timeline';
import { clockChanges } from '../shared/wall-clock';
import { Figure, FigureTable } from './figure';
import styles from './price-timeline.module.css';

export interface TimedPrice extends Priced {
  /** Why, in words: `Price change by ana@example.test`. */
  reason: string;
}

/** What will change the price by itself. */
export interface ComingPrice {
  from: string;
  /** Empty where it is reckoned only then. */
  amount: string | null;
  reason: string;
  priceChangeId: string;
}

/** Another price than ours, as a shop was last seen to show it. */
export interface SeenPrice {
  amount: string;
  /** Since when it was seen, and when it was last. */
  from: string;
  until: string;
  shop: string;
}

interface PriceTimelineProps {
  /** Newest first, as the server has them. */
  prices: TimedPrice[];
  /** Soonest first. */
  coming?: readonly ComingPrice[];
  seen?: readonly SeenPrice[];
  currency: string;
  until: string;
  /** Called with the instant at which a price began. */
  onChoose: (instant: string) => void;
  /** Called with the price change that is to come. */
  onOpen?: (priceChangeId: string) => void;
}

/** Of more steps than these the line has the least and the highest of each stretch. */
const MOST = 500;

export function PriceTimeline({ prices: newestFirst, coming = [], seen = [], currency, until: now, onChoose, onOpen }: PriceTimelineProps) {
  const zone = useProject().time_zone;
  const prices = [...newestFirst].reverse();
  const [first, last] = [prices[0], prices.at(-1)];
  if (first === undefined || last === undefined) return null;
  const span = spanUntil(first.from, now, coming);
  const clocks = clockChanges(zone, Date.parse(span.first), Date.parse(span.last));
  const shown = (amount: string) => formatMoney({ amount, currency });
  const comes = ({ amount }: ComingPrice) => (amount === null ? 'reckoned then' : shown(amount));
  const events: Event[] = [
    ...prices.map((price) => ({ from: price.from, planned: false, words: `${formatInstant(price.from, zone)}: ${shown(price.amount)}, ${price.reason}`, act: () => onChoose(price.from) })),
    ...coming.map((change) => ({ from: change.from, planned: true, words: `${formatInstant(change.from, zone)}, planned: ${comes(change)}, ${change.reason}`, act: () => onOpen?.(change.priceChangeId) })),
  ];
  const finding = (
    <>
      {prices.length === 1 ? `${shown(first.amount)} since ${formatInstant(first.from, zone)}.` : `${countOf(prices.length, 'price', 'prices')} since ${formatInstant(first.from, zone)}; now ${shown(last.amount)}.`}
      {coming.map((change) => ` Planned from ${formatInstant(change.from, zone)}: ${change.amount === null ? 'a price that is reckoned then' : shown(change.amount)}.`)}
      {seen.map((one) => ` ${one.shop} shows ${shown(one.amount)} instead, last seen ${formatInstant(one.until, zone)}.`)}
      {clocks.length > 0 && ` The clocks of ${zone} change where a thin line is dotted.`}
      {events.length > 1 && ' Choose a mark to see why.'}
    </>
  );
  const rows: [string, string, string][] = [
    ...prices.map((price): [string, string, string] => [formatInstant(price.from, zone), shown(price.amount), price.reason]),
    ...coming.map((change): [string, string, string] => [`${formatInstant(change.from, zone)}, planned`, comes(change), change.reason]),
    ...seen.map((one): [string, string, string] => [`${formatInstant(one.from, zone)}, in ${one.shop}`, shown(one.amount), `seen there until ${formatInstant(one.until, zone)}`]),
    ...clocks.map(({ at, minutes }): [string, string, string] => [formatInstant(at, zone), '', clockWords(minutes)]),
  ];
  return (
    <Figure finding={finding} table={<FigureTable label="Prices over time" head={['From', 'Price', 'Why']} rows={rows} />}>
      {(width) => {
        const marks = marksOf(events, span, nearIn(width));
        return (
          <div className={styles.timeline} style={{ height: HEIGHT, width }}>
            <Drawing prices={prices} coming={coming} seen={seen} span={span} now={now} shown={shown} zone={zone} clocks={clocks} marks={marks} width={width} />
            <Marks marks={marks} x={placeIn(width)} />
          </div>
        );
      }}
    </Figure>
  );
}

interface Event {
  from: string;
  planned: boolean;
  words: string;
  act: () => void;
}

const TARGET = 24;
const TOP = 22;
const LOW = 106;
const BASE = 122;
const DATES = BASE + 30;
const HEIGHT = DATES + 8;
/** Room of a date, and of a letter. */
const DATE = 78;
const LETTER = 6;

/** Marks closer than this are one: as much as a finger needs, and at least a fiftieth of the whole. */
const nearIn = (width: number) => Math.max(0.02, TARGET / (width - TARGET));
const placeIn = (width: number) => (share: number) => TARGET / 2 + share * (width - TARGET);

function clockWords(minutes: number): string {
  const hours = Math.abs(minutes) / 60;
  const size = Number.isInteger(hours) ? `${hours} h` : `${Math.abs(minutes)} min`;
  return `clocks ${minutes > 0 ? '+' : '−'}${size}`;
}

interface DrawingProps {
  prices: TimedPrice[];
  coming: readonly ComingPrice[];
  seen: readonly SeenPrice[];
  span: Span;
  now: string;
  shown: (amount: string) => string;
  zone: string;
  clocks: ReturnType<typeof clockChanges>;
  marks: Mark<Event>[];
  width: number;
}

function Drawing({ prices, coming, seen, span, now, shown, zone, clocks, marks, width }: DrawingProps) {
  const last = prices.at(-1)!;
  const steps = coming.reduce<Priced[]>((all, { from, amount }) => [...all, { from, until: null, amount: amount ?? all.at(-1)!.amount }], [{ ...last, from: now, until: null }]);
  const amounts = [...prices, ...steps, ...seen].map(({ amount }) => amount);
  const [least, most] = [amounts.reduce((a, b) => (compareDecimals(a, b) < 0 ? a : b)), amounts.reduce((a, b) => (compareDecimals(a, b) > 0 ? a : b))];
  const height = scaleOver(amounts, LOW - TOP);
  const place = placeIn(width);
  const x = (instant: string) => place(shareOf(instant, span.first, span.last));
  const y = (amount: string) => LOW - height(amount);
  const ahead = coming.length > 0;
  const between = [...(ahead ? [{ at: now, words: 'now' }] : []), ...(clocks.length <= CLOCKS_NAMED ? clocks.map(({ at, minutes }) => ({ at, words: clockWords(minutes) })) : [])];
  return (
    <svg width={width} height={HEIGHT} aria-hidden="true">
      {ahead && <rect x={x(now)} y={0} width={width - x(now)} height={BASE} className={styles.ahead} />}
      {[...new Set([least, most])].map((amount) => (
        <line key={amount} x1={0} x2={width} y1={y(amount)} y2={y(amount)} className={styles.grid} />
      ))}
      {clocks.map(({ at, minutes }) => (
        <line key={at} x1={x(at)} x2={x(at)} y1={0} y2={BASE} className={styles.clock} data-clock={minutes} />
      ))}
      {ahead && <line x1={x(now)} x2={x(now)} y1={0} y2={BASE} className={styles.now} />}
      <line x1={0} x2={width} y1={BASE + 0.5} y2={BASE + 0.5} className={styles.axis} />
      {marks.map(({ at, changes }) => (
        <line key={at} x1={place(at)} x2={place(at)} y1={y(amountAt(changes.at(-1)!.from, prices, steps))} y2={BASE} className={styles.drop} />
      ))}
      {seen.map((one) => (
        <g key={one.shop}>
          <line x1={x(one.from)} x2={x(now)} y1={y(one.amount)} y2={y(one.amount)} className={styles.seen} />
          <path d={`M${x(now)} ${y(one.amount) - 5}l5 5l-5 5l-5 -5z`} className={styles.seenNow} />
        </g>
      ))}
      <path d={stepsPath(thinned([...prices.slice(0, -1), { ...last, until: last.until ?? now }], MOST), span, place, y)} className={styles.line} />
      {ahead && <path d={stepsPath(steps, span, place, y)} className={styles.planned} />}
      {[...new Set([least, most])].map((amount) => (
        <text key={amount} x={0} y={y(amount) - 5} className={styles.label}>
          {shown(amount)}
        </text>
      ))}
      {seen.length > 0 && (
        <text x={x(now) - 8} y={11} textAnchor="end" className={styles.seenLabel}>
          {seen.length === 1 ? `in the shop ${shown(seen[0]!.amount)}` : `other prices in ${countOf(seen.length, 'shop', 'shops')}`}
        </text>
      )}
      <text x={0} y={DATES} className={styles.label}>
        {formatDay(span.first, zone)}
      </text>
      <text x={width} y={DATES} textAnchor="end" className={styles.label}>
        {ahead ? formatDay(coming.at(-1)!.from, zone) : 'now'}
      </text>
      {roomFor(between.map((each) => ({ ...each, x: x(each.at) })), width).map((each) => (
        <text key={each.words + each.at} x={each.x} y={DATES} textAnchor="middle" className={styles.label}>
          {each.words}
        </text>
      ))}
    </svg>
  );
}

/** More changes of the clocks than these are lines without a name. */
const CLOCKS_NAMED = 4;

/** What stands between the dates as far as nothing overlaps; what comes first is the more important. */
function roomFor<T extends { x: number; words: string }>(named: readonly T[], width: number): T[] {
  const half = ({ words }: T) => (words.length * LETTER) / 2;
  const fits = (each: T, kept: readonly T[]) => each.x - half(each) > DATE && each.x + half(each) < width - DATE && kept.every((other) => Math.abs(other.x - each.x) > half(other) + half(each) + LETTER);
  return named.reduce<T[]>((kept, each) => (fits(each, kept) ? [...kept, each] : kept), []);
}

/** What holds from an instant on. */
const amountAt = (from: string, prices: readonly Priced[], steps: readonly Priced[]) => [...steps.slice(1), ...prices].find((price) => price.from === from)!.amount;

/** One stop for Tab; arrows, Home and End walk the marks. */
function Marks({ marks, x }: { marks: Mark<Event>[]; x: (share: number) => number }) {
  const group = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<number | null>(null);
  const present = Math.max(0, marks.findLastIndex(({ changes }) => changes.some(({ planned }) => !planned)));
  const reachable = Math.min(active ?? present, marks.length - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = new Map([['ArrowRight', reachable + 1], ['ArrowLeft', reachable - 1], ['Home', 0], ['End', marks.length - 1]]).get(event.key);
    if (to === undefined) return;
    event.preventDefault();
    const place = Math.min(Math.max(to, 0), marks.length - 1);
    setActive(place);
    group.current?.querySelectorAll('button')[place]?.focus();
  };
  return (
    <div ref={group} role="group" aria-label="Changes of the price" onKeyDown={onKeyDown}>
      {marks.map((mark, index) => {
        const newest = mark.changes.at(-1)!;
        const label = mark.changes.length === 1 ? newest.words : `${countOf(mark.changes.length, 'change', 'changes')}, the last ${newest.words}`;
        return (
          <button
            key={mark.at}
            type="button"
            className={styles.mark}
            style={{ left: x(mark.at) - TARGET / 2, top: BASE - TARGET / 2 }}
            tabIndex={index === reachable ? 0 : -1}
            title={label}
            aria-label={label}
            data-planned={newest.planned || undefined}
            onFocus={() => setActive(index)}
            onClick={newest.act}
          >
            <i>{mark.changes.length > 1 && mark.changes.length}</i>
          </button>
        );
      })}
    </div>
  );
}
