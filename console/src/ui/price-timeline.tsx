// A price over time: a line of steps and a button for each change, which says what it was and why. Arrows walk the changes.
import { useRef, useState, type KeyboardEvent } from 'react';
import { useProject } from '../app/project';
import { countOf, formatInstant, formatMoney } from '../shared/format';
import { scaleOver } from '../shared/scale';
import { marksOf, stepsPath, type Mark, type Priced } from '../shared/timeline';
import { Figure, FigureTable } from './figure';
import styles from './price-timeline.module.css';

export interface TimedPrice extends Priced {
  /** Why, in words: `Price change by ana@example.test`. */
  reason: string;
}

interface PriceTimelineProps {
  /** Newest first, as the server has them. */
  prices: TimedPrice[];
  currency: string;
  /** The end of the line: now. */
  until: string;
  /** Called with the instant at which a price began. */
  onChoose: (instant: string) => void;
}

const HEIGHT = 132;
const BASE = 96;
const TARGET = 24;
/** Above so many steps a line tells nothing any more. */
const MOST = 500;

export function PriceTimeline({ prices: newestFirst, currency, until, onChoose }: PriceTimelineProps) {
  const zone = useProject().time_zone;
  const prices = newestFirst.slice(0, MOST).reverse();
  const [first, last] = [prices[0], prices.at(-1)];
  if (first === undefined || last === undefined) return null;
  const shown = (amount: string) => formatMoney({ amount, currency });
  const finding = prices.length === 1 ? `${shown(first.amount)} since ${formatInstant(first.from, zone)}.` : `${countOf(prices.length, 'price', 'prices')} since ${formatInstant(first.from, zone)}; now ${shown(last.amount)}. Choose a mark to see why.`;
  const table = <FigureTable label="Prices over time" head={['From', 'Price', 'Why']} rows={prices.map((price) => [formatInstant(price.from, zone), shown(price.amount), price.reason])} />;
  return (
    <Figure finding={finding} table={table}>
      {(width) => <Line prices={prices} width={width} until={until} words={(price) => `${formatInstant(price.from, zone)}: ${shown(price.amount)}, ${price.reason}`} onChoose={onChoose} />}
    </Figure>
  );
}

interface LineProps {
  prices: TimedPrice[];
  width: number;
  until: string;
  words: (price: TimedPrice) => string;
  onChoose: (instant: string) => void;
}

function Line({ prices, width, until, words, onChoose }: LineProps) {
  const inner = width - TARGET;
  const marks = marksOf(prices, until, Math.max(0.02, TARGET / inner));
  const height = scaleOver(prices.map((price) => price.amount), BASE - 16);
  const x = (share: number) => TARGET / 2 + share * inner;
  const y = (amount: string) => BASE - 8 - height(amount);
  return (
    <div className={styles.timeline} style={{ height: HEIGHT, width }}>
      <svg width={width} height={HEIGHT} aria-hidden="true">
        <line x1={0} x2={width} y1={BASE + 0.5} y2={BASE + 0.5} className={styles.axis} />
        {marks.map((mark) => (
          <line key={mark.at} x1={x(mark.at)} x2={x(mark.at)} y1={y(mark.changes.at(-1)!.amount)} y2={BASE} className={styles.drop} />
        ))}
        <path d={stepsPath(prices, until, x, y)} className={styles.line} />
      </svg>
      <Marks marks={marks} x={x} words={words} onChoose={onChoose} />
    </div>
  );
}

/** One stop for Tab; arrows, Home and End walk the marks. */
function Marks({ marks, x, words, onChoose }: { marks: Mark<TimedPrice>[]; x: (share: number) => number; words: (price: TimedPrice) => string; onChoose: (instant: string) => void }) {
  const group = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(marks.length - 1);
  const reachable = Math.min(active, marks.length - 1);
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
        const label = mark.changes.length === 1 ? words(newest) : `${countOf(mark.changes.length, 'change', 'changes')}, the last ${words(newest)}`;
        return (
          <button
            key={mark.at}
            type="button"
            className={styles.mark}
            style={{ left: x(mark.at) - TARGET / 2, top: BASE - TARGET / 2 }}
            tabIndex={index === reachable ? 0 : -1}
            title={label}
            aria-label={label}
            onFocus={() => setActive(index)}
            onClick={() => onChoose(newest.from)}
          >
            <i>{mark.changes.length > 1 && mark.changes.length}</i>
          </button>
        );
      })}
    </div>
  );
}
