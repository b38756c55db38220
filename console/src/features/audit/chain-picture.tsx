// The audit's chain of seals as links from its beginning: each with a tick, and where one does not fit, a gap and a cross.
import { useId } from 'react';
import type { Schemas } from '../../api/client';
import { countOf, formatCount, formatInstant } from '../../shared/format';
import { useProject } from '../../app/project';
import { Figure, FigureTable } from '../../ui/figure';
import { glyphPath } from '../../ui/glyph';
import { linksOf } from './chain-links';
import styles from './chain-picture.module.css';

type Segment = Schemas['AuditSegment'];

const LINK = 26;
const HEIGHT = 20;
const ROW = 28;

export function ChainPicture({ segments }: { segments: Segment[] }) {
  const zone = useProject().time_zone;
  const table = (
    <FigureTable
      label="The chain in parts"
      head={['Seals', 'Records', 'Last sealed', 'State']}
      rows={segments.map((part) => [sealsOf(part), formatCount(part.records), formatInstant(part.sealed_at, zone), part.intact ? 'As sealed' : 'Does not fit'])}
    />
  );
  return (
    <Figure finding={findingOf(segments)} table={table}>
      {(width, labelledBy) => <Links segments={segments} width={width} labelledBy={labelledBy} />}
    </Figure>
  );
}

const sealsOf = ({ first_seal: first, last_seal: last }: Segment) => (first === last ? formatCount(first) : `${formatCount(first)} to ${formatCount(last)}`);

function findingOf(segments: Segment[]): string {
  const broken = segments.filter(({ intact }) => !intact);
  const parts = `The chain in ${countOf(segments.length, 'part', 'parts')}`;
  if (broken.length === 0) return `${parts}, all as they were sealed.`;
  return `${parts}; ${countOf(broken.length, 'does not fit', 'do not fit')}, the first at seals ${sealsOf(broken[0]!)}.`;
}

function Links({ segments, width, labelledBy }: { segments: Segment[]; width: number; labelledBy: string }) {
  const id = useId();
  const { links, rows } = linksOf(segments.length, width, LINK);
  return (
    <svg width={width} height={rows * ROW} role="img" aria-labelledby={labelledBy} className={styles.chain}>
      <defs>
        <pattern id={`${id}broken`} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="8" height="8" className={styles.ground} />
          <rect width="4" height="8" className={styles.stripe} />
        </pattern>
      </defs>
      {segments.map((part, index) => {
        const { x, row, last } = links[index]!;
        const y = row * ROW + 4;
        // A link that does not fit hangs on nothing, nor does the next one on it.
        const holds = !last && part.intact && segments[index + 1]?.intact;
        return (
          <g key={part.first_seal} data-intact={part.intact}>
            <title>{`Seals ${sealsOf(part)}: ${part.intact ? 'as sealed' : 'does not fit'}`}</title>
            {holds && <line x1={x + LINK - 6} x2={x + LINK} y1={y + HEIGHT / 2} y2={y + HEIGHT / 2} className={styles.joint} />}
            <rect x={x} y={y} width={LINK - 6} height={HEIGHT} rx={HEIGHT / 2} className={styles.link} style={part.intact ? undefined : { fill: `url(#${id}broken)` }} />
            <g transform={`translate(${x + (LINK - 6) / 2 - 6} ${y + HEIGHT / 2 - 6}) scale(0.75)`} className={styles.glyph}>
              {glyphPath(part.intact ? 'check' : 'cross')}
            </g>
          </g>
        );
      })}
    </svg>
  );
}
