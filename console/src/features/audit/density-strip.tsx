// How dense the records shown lie in time. Choosing a bar narrows the list to its span.
import { useProject } from '../../app/project';
import { countOf, formatCount, formatInstant } from '../../shared/format';
import { Figure, FigureTable } from '../../ui/figure';
import { density } from './density';
import styles from './audit-page.module.css';

/** Each bar is wide enough for a finger. */
const BAR_PX = 26;
const BARS_MAX = 40;

interface DensityStripProps {
  instants: string[];
  /** There are older records that are not loaded. */
  more: boolean;
  onChoose: (from: string, to: string) => void;
}

export function DensityStrip({ instants, more, onChoose }: DensityStripProps) {
  const zone = useProject().time_zone;
  const words = (ms: number) => formatInstant(new Date(ms).toISOString(), zone);
  const finding = `${countOf(instants.length, 'record', 'records')}${more ? ', the newest,' : ''} from ${formatInstant(instants.at(-1)!, zone)} to ${formatInstant(instants[0]!, zone)}.`;
  const rows = density(instants, 24).filter(({ count }) => count > 0);
  return (
    <Figure finding={finding} table={<FigureTable label="Records over time" head={['From', 'To', 'Records']} rows={rows.map((span) => [words(span.fromMs), words(span.toMs), formatCount(span.count)])} />}>
      {(width) => {
        const spans = density(instants, Math.max(4, Math.min(BARS_MAX, Math.floor(width / BAR_PX))));
        const most = Math.max(...spans.map(({ count }) => count));
        return (
          <div className={styles.strip}>
            {spans.map((span) =>
              span.count === 0 ? (
                <span key={span.fromMs} />
              ) : (
                <button
                  key={span.fromMs}
                  type="button"
                  title={`${countOf(span.count, 'record', 'records')} from ${words(span.fromMs)}`}
                  onClick={() => onChoose(new Date(span.fromMs).toISOString(), new Date(span.toMs).toISOString())}
                >
                  <i style={{ height: `${Math.max(8, (span.count * 100) / most)}%` }} />
                  <span className="visually-hidden">
                    {countOf(span.count, 'record', 'records')} from {words(span.fromMs)} to {words(span.toMs)}: only these
                  </span>
                </button>
              ),
            )}
          </div>
        );
      }}
    </Figure>
  );
}
