// How far prices move: bars around zero. Where a choice means something, a bar is an option that narrows the rows beside it.
import { useId, useState, type KeyboardEvent } from 'react';
import { countOf, formatCount, formatPercent } from '../shared/format';
import { withoutZeros } from '../shared/decimal';
import { aroundZero, binKey, direction, spanOf, type Bin } from './bins';
import { Figure, FigureTable } from './figure';
import styles from './change-histogram.module.css';

interface ChangeHistogramProps {
  bins: Bin[];
  median?: string | null | undefined;
  /** The chosen bin's key, or an empty text. */
  chosen?: string;
  /** Called with the bin's key, or an empty text to choose none. Without it the bars cannot be chosen. */
  onChoose?: (key: string) => void;
}

export function ChangeHistogram({ bins, median, chosen = '', onChoose }: ChangeHistogramProps) {
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const fullest = bins.find((bin) => bin.count === most);
  if (bins.every((bin) => bin.count === 0)) return null;
  const finding = (
    <>
      {fullest && `Most changes lie ${spanOf(fullest)} (${countOf(most, 'price', 'prices')}).`}
      {median && ` Half of all are at or below ${formatPercent(median)}.`}
      {onChoose && ' Choose a bar to see its rows.'}
    </>
  );
  const table = <FigureTable label="Changes by size" head={['Change', 'Prices']} rows={bins.filter((bin) => bin.count > 0).map((bin) => [spanOf(bin), formatCount(bin.count)])} />;
  return (
    <Figure finding={finding} table={table}>
      {(width, labelledBy) => (onChoose ? <ChoosableBars bins={aroundZero(bins)} width={width} chosen={chosen} onChoose={onChoose} /> : <PlainBars bins={aroundZero(bins)} width={width} labelledBy={labelledBy} />)}
    </Figure>
  );
}

const HEIGHT = 132;
const BASE = 108;

function PlainBars({ bins, width, labelledBy }: { bins: Bin[]; width: number; labelledBy: string }) {
  return (
    <svg width={width} height={HEIGHT} className={styles.bars} role="img" aria-labelledby={labelledBy}>
      <Falling />
      {bins.map((bin, index) => (
        <Bar key={binKey(bin)} bin={bin} place={placeOf(bins, index, width)} />
      ))}
      <Scale bins={bins} width={width} />
    </svg>
  );
}

/** One stop for Tab, arrows walk the bars that hold something, Enter or Space chooses, Escape chooses none. */
function ChoosableBars({ bins, width, chosen, onChoose }: { bins: Bin[]; width: number; chosen: string; onChoose: (key: string) => void }) {
  const id = useId();
  const [active, setActive] = useState('');
  const options = bins.filter((bin) => bin.count > 0).map(binKey);
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
    <svg
      width={width}
      height={HEIGHT}
      className={styles.bars}
      role="listbox"
      tabIndex={0}
      aria-label="Changes by size"
      aria-activedescendant={optionId(current)}
      onKeyDown={onKeyDown}
      onFocus={() => setActive(current)}
    >
      <Falling />
      {bins.map((bin, index) => {
        const key = binKey(bin);
        const place = placeOf(bins, index, width);
        if (bin.count === 0) return null;
        return (
          <g
            key={key}
            id={optionId(key)}
            role="option"
            aria-selected={key === chosen}
            aria-label={`${spanOf(bin)}: ${countOf(bin.count, 'price', 'prices')}`}
            className={styles.option}
            data-active={key === current || undefined}
            data-faded={(chosen !== '' && key !== chosen) || undefined}
            onClick={() => {
              setActive(key);
              choose(key);
            }}
          >
            <rect x={place.x} y={0} width={place.width} height={BASE} className={styles.reach} />
            <Bar bin={bin} place={place} />
          </g>
        );
      })}
      <Scale bins={bins} width={width} />
    </svg>
  );
}

interface Place {
  x: number;
  width: number;
  height: number;
}

function placeOf(bins: Bin[], index: number, width: number): Place {
  const step = width / bins.length;
  const count = bins[index]?.count ?? 0;
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  return { x: index * step + 1, width: step - 2, height: count === 0 ? 0 : Math.max(2, (count / most) * (BASE - 8)) };
}

function Bar({ bin, place }: { bin: Bin; place: Place }) {
  return (
    <rect x={place.x} y={BASE - place.height} width={place.width} height={place.height} rx="1.5" className={styles[direction(bin)]}>
      <title>{`${spanOf(bin)}: ${countOf(bin.count, 'price', 'prices')}`}</title>
    </rect>
  );
}

/** Prices that fall are hatched, so that the direction does not hang on the colour. */
function Falling() {
  return (
    <defs>
      <pattern id="falling" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="4" height="4" fill="var(--tint-down)" />
        <rect width="2" height="4" fill="var(--down)" />
      </pattern>
    </defs>
  );
}

function Scale({ bins, width }: { bins: Bin[]; width: number }) {
  const step = width / bins.length;
  const every = Math.max(1, Math.ceil(bins.length / (width / 72)));
  const labelled = bins.map((bin, index) => ({ bin, index })).filter(({ bin, index }) => bin.from_pct && index % every === 1 % every);
  return (
    <g aria-hidden="true">
      <line x1="0" x2={width} y1={BASE + 0.5} y2={BASE + 0.5} className={styles.axis} />
      {labelled.map(({ bin, index }) => (
        <g key={index}>
          <line x1={index * step} x2={index * step} y1={BASE} y2={BASE + 4} className={styles.axis} />
          <text x={index * step} y={BASE + 18} className={styles.tick}>
            {formatPercent(withoutZeros(bin.from_pct!))}
          </text>
        </g>
      ))}
    </g>
  );
}
