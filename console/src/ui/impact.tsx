// What a plan or a preview would do: counts, spread, and the histogram of changes with its table.
import { useElementSize } from '@mantine/hooks';
import { useId, useState } from 'react';
import type { Schemas } from '../api/client';
import { countOf, formatCount, formatPercent } from '../shared/format';
import { outcomeWord } from '../shared/words';
import { aroundZero, direction } from './bins';
import { Button } from './button';
import { Glyph } from './glyph';
import { PercentValue } from './values';
import styles from './impact.module.css';

type Impact = Schemas['Impact'];
type Bin = Schemas['Bin'];

const outcomes = ['raise', 'cut', 'blocked', 'same', 'skipped'] as const;

export function ImpactCounts({ impact }: { impact: Impact }) {
  const { counts } = impact;
  const changing = counts.raise + counts.cut;
  const all = changing + counts.same + counts.blocked + counts.skipped + counts.not_selected;
  return (
    <div className={styles.counts}>
      <p className={styles.headline}>
        <strong className="number">{formatCount(changing)}</strong> of {countOf(all, 'variant', 'variants')} {changing === 1 ? 'changes' : 'change'}
      </p>
      <ul className={styles.outcomes}>
        {outcomes.map((outcome) => {
          const { word, glyph, tone } = outcomeWord(outcome);
          return (
            <li key={outcome} data-tone={counts[outcome] > 0 ? tone : undefined}>
              <Glyph name={glyph} size={13} />
              <span className="number">{formatCount(counts[outcome])}</span> {word.toLowerCase()}
            </li>
          );
        })}
      </ul>
      {changing > 0 && (
        <p className={styles.spread}>
          median <PercentValue pct={impact.median_change_pct} />
          <span aria-hidden="true"> · </span>
          largest <PercentValue pct={impact.largest_change_pct} />
        </p>
      )}
    </div>
  );
}

/** Width until the place it stands in has been measured. */
const WIDTH = 640;
const HEIGHT = 132;
const BASE = 108;

export function ChangeHistogram({ bins, median }: { bins: Bin[]; median?: string | null | undefined }) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  const fullest = bins.find((bin) => bin.count === most);
  if (bins.every((bin) => bin.count === 0)) return null;
  return (
    <figure className={styles.figure} aria-labelledby={id}>
      <figcaption id={id} className={styles.caption}>
        <span>
          {fullest && `Most changes lie ${spanOf(fullest)} (${countOf(most, 'price', 'prices')}).`}
          {median && ` Half of all are at or below ${formatPercent(median)}.`}
        </span>
        <Button size="xs" weight="quiet" onClick={() => setAsTable(!asTable)}>
          {asTable ? 'Show as picture' : 'Show as table'}
        </Button>
      </figcaption>
      {asTable ? <BinTable bins={bins} /> : <Bars bins={bins} most={most} labelledBy={id} />}
    </figure>
  );
}

function Bars({ bins: all, most, labelledBy }: { bins: Bin[]; most: number; labelledBy: string }) {
  const bins = aroundZero(all);
  const { ref, width: measured } = useElementSize();
  const width = measured || WIDTH;
  const step = width / bins.length;
  const every = Math.max(1, Math.ceil(bins.length / (width / 72)));
  const labelled = bins.map((bin, index) => ({ bin, index })).filter(({ bin, index }) => bin.from_pct && index % every === 1 % every);
  return (
    <div ref={ref}>
      <svg width={width} height={HEIGHT} className={styles.bars} role="img" aria-labelledby={labelledBy}>
        <defs>
          <pattern id="falling" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="4" height="4" fill="var(--tint-down)" />
            <rect width="2" height="4" fill="var(--down)" />
          </pattern>
        </defs>
        {bins.map((bin, index) => {
          const height = bin.count === 0 ? 0 : Math.max(2, (bin.count / most) * (BASE - 8));
          return (
            <rect key={index} x={index * step + 1} y={BASE - height} width={step - 2} height={height} rx="1.5" className={styles[direction(bin)]}>
              <title>{`${spanOf(bin)}: ${countOf(bin.count, 'price', 'prices')}`}</title>
            </rect>
          );
        })}
        <line x1="0" x2={width} y1={BASE + 0.5} y2={BASE + 0.5} className={styles.axis} />
        {labelled.map(({ bin, index }) => (
          <g key={index}>
            <line x1={index * step} x2={index * step} y1={BASE} y2={BASE + 4} className={styles.axis} />
            <text x={index * step} y={BASE + 18} className={styles.tick}>
              {formatPercent(whole(bin.from_pct!))}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

const whole = (pct: string) => pct.replace(/\.0+$/, '');

function spanOf(bin: Bin): string {
  if (!bin.from_pct) return `below ${formatPercent(whole(bin.to_pct ?? '0'))}`;
  if (!bin.to_pct) return `at ${formatPercent(whole(bin.from_pct))} or above`;
  return `between ${formatPercent(whole(bin.from_pct))} and ${formatPercent(whole(bin.to_pct))}`;
}

function BinTable({ bins }: { bins: Bin[] }) {
  return (
    <div className={styles.tableScroll} tabIndex={0} role="group" aria-label="Changes by size">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Change</th>
            <th scope="col">Prices</th>
          </tr>
        </thead>
        <tbody>
          {bins
            .filter((bin) => bin.count > 0)
            .map((bin) => (
              <tr key={`${bin.from_pct}/${bin.to_pct}`}>
                <th scope="row">{spanOf(bin)}</th>
                <td className="number">{formatCount(bin.count)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
