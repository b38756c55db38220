// The last seven days as a strip: one cell for each run, glyph and colour for how it ended.
import { Link } from 'react-router';
import { countOf, formatCount, formatInstant, userLocale } from '../../shared/format';
import { runKind, runState } from '../../shared/words';
import { Figure, FigureTable } from '../../ui/figure';
import { Glyph } from '../../ui/glyph';
import type { HomeRun } from './facts';
import { dayName, weekOf, type Day } from './week';
import styles from './home.module.css';

/** More cells than these in a day would not be told apart. */
const CELLS_PER_DAY = 24;

export function WeekStrip({ runs, project, zone }: { runs: HomeRun[]; project: string; zone: string }) {
  const days = weekOf(runs, zone, Date.now());
  const unfinished = runs.filter((run) => ['failed', 'partially_applied'].includes(run.state)).length;
  const finding = `${countOf(runs.length, 'run', 'runs')} in the last seven days${unfinished === 0 ? ', none of them unfinished.' : `, ${formatCount(unfinished)} of them failed or only partly applied.`}`;
  return (
    <Figure finding={finding} table={<WeekTable days={days} />}>
      {() => (
        <ol className={styles.week}>
          {days.map((day) => (
            <li key={day.date}>
              <span className={styles.day}>{dayName(day.date, userLocale())}</span>
              <span className={styles.cells}>
                {day.runs.slice(-CELLS_PER_DAY).map((run) => (
                  <RunCell key={run.id} run={run} project={project} zone={zone} />
                ))}
                {day.runs.length > CELLS_PER_DAY && <span className="muted">and {formatCount(day.runs.length - CELLS_PER_DAY)} before</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Figure>
  );
}

function RunCell({ run, project, zone }: { run: HomeRun; project: string; zone: string }) {
  const { word, glyph, tone } = runState(run.state);
  const name = `${run.title}: ${word.toLowerCase()}, ${runKind(run.kind).toLowerCase()} of ${countOf(run.total, 'price', 'prices')}, ${formatInstant(run.created_at, zone)}`;
  return (
    <Link to={`/${project}/runs/${run.id}`} className={styles.cell} data-tone={tone} title={name}>
      <Glyph name={glyph} size={14} />
      <span className="visually-hidden">{name}</span>
    </Link>
  );
}

function WeekTable({ days }: { days: Day[] }) {
  const count = (day: Day, ...states: string[]) => formatCount(day.runs.filter((run) => states.includes(run.state)).length);
  return (
    <FigureTable
      label="Runs by day"
      head={['Day', 'Runs', 'Applied', 'Partly applied', 'Failed']}
      rows={days.map((day) => [dayName(day.date, userLocale()), formatCount(day.runs.length), count(day, 'applied', 'rolled_back'), count(day, 'partially_applied'), count(day, 'failed')])}
    />
  );
}
