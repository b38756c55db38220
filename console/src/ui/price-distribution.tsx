// How prices are spread, before as a dashed and after as a filled outline over the same bins, with the middle of each named.
import { countOf, formatAmount, formatCount, formatMoney } from '../shared/format';
import { Figure, FigureTable } from './figure';
import { middleBin, occupied, outline, type PriceBin, type When } from './price-bins';
import picture from './picture.module.css';
import styles from './price-distribution.module.css';

export function PriceDistribution({ bins: all }: { bins: PriceBin[] }) {
  const bins = occupied(all);
  const first = bins[0];
  if (first === undefined) return null;
  const [before, after] = [middleBin(bins, 'before'), middleBin(bins, 'after')];
  const finding = (
    <>
      {before && `The middle price lies ${spanOf(before)} before`}
      {before && after && (before === after ? ' and after.' : `, ${spanOf(after)} after.`)}
      <span className={styles.legend}>
        <span>
          <Swatch when="before" /> before
        </span>
        <span>
          <Swatch when="after" /> after
        </span>
      </span>
    </>
  );
  const table = (
    <FigureTable
      label={`Prices in ${first.from.currency}`}
      head={[`Price in ${first.from.currency}`, 'Before', 'After']}
      rows={bins.filter((bin) => bin.before > 0 || bin.after > 0).map((bin) => [`${formatAmount(bin.from)} to ${formatAmount(bin.to)}`, formatCount(bin.before), formatCount(bin.after)])}
    />
  );
  return (
    <Figure finding={finding} table={table}>
      {(width, labelledBy) => <Outlines bins={bins} width={width} labelledBy={labelledBy} />}
    </Figure>
  );
}

const HEIGHT = 150;
const BASE = 126;
/** The top of the picture belongs to the names of the two middles, one line each. */
const NAMES = { before: 4, after: 20 } as const;
const OUTLINES_TOP = 36;
/** Below this width a name has no room for the word that the finding above begins with. */
const NARROW = 420;

function Outlines({ bins, width, labelledBy }: { bins: PriceBin[]; width: number; labelledBy: string }) {
  const box = { width, ground: BASE, height: BASE - OUTLINES_TOP };
  const step = width / bins.length;
  const every = Math.max(1, Math.ceil(bins.length / (width / 64)));
  return (
    <svg width={width} height={HEIGHT} className={picture.picture} role="img" aria-labelledby={labelledBy}>
      <path d={outline(bins, 'after', box)} className={styles.after} />
      <path d={outline(bins, 'before', box)} className={styles.before} />
      <Middle bins={bins} when="before" width={width} />
      <Middle bins={bins} when="after" width={width} />
      {bins.map((bin, index) => (
        <rect key={bin.from.amount} x={index * step} y={0} width={step} height={BASE} fill="transparent">
          <title>{`${spanOf(bin)}: ${countOf(bin.before, 'variant', 'variants')} before, ${formatCount(bin.after)} after`}</title>
        </rect>
      ))}
      <line x1="0" x2={width} y1={BASE + 0.5} y2={BASE + 0.5} className={picture.axis} />
      {bins.map((bin, index) =>
        index % every === 1 % every ? (
          <g key={bin.from.amount}>
            <line x1={index * step} x2={index * step} y1={BASE} y2={BASE + 4} className={picture.axis} />
            <text x={index * step} y={BASE + 18} textAnchor={index === 0 ? 'start' : 'middle'} className={picture.tick}>
              {formatAmount(bin.from)}
            </text>
          </g>
        ) : null,
      )}
    </svg>
  );
}

/** A line through the bin in which the middle price lies, and at its head which middle it is. */
function Middle({ bins, when, width }: { bins: PriceBin[]; when: When; width: number }) {
  const middle = middleBin(bins, when);
  if (middle === null) return null;
  const x = Math.round((bins.indexOf(middle) + 0.5) * (width / bins.length));
  const y = NAMES[when];
  const style = when === 'before' ? styles.middleBefore : styles.middleAfter;
  const leftOfIt = x > width / 2;
  return (
    <g>
      <line x1={x} x2={x} y1={y + 7} y2={BASE} className={style} />
      <path d={`M${x} ${y + 8}l-4 -7h8z`} className={style} />
      <text x={leftOfIt ? x - 9 : x + 9} y={y + 8} textAnchor={leftOfIt ? 'end' : 'start'} className={styles.name}>
        {width < NARROW ? '' : 'middle '}
        {when}: {formatAmount(middle.from)} to {formatAmount(middle.to)}
      </text>
    </g>
  );
}

function Swatch({ when }: { when: When }) {
  return (
    <svg width="22" height="10" aria-hidden="true">
      {when === 'before' ? <path d="M0 5h22" className={styles.before} /> : <path d="M0 10V1h22v9" className={styles.after} />}
    </svg>
  );
}

const spanOf = (bin: PriceBin) => `between ${formatMoney(bin.from)} and ${formatMoney(bin.to)}`;
