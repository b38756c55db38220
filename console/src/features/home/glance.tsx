// Home as it is drawn from its facts.
import { Link } from 'react-router';
import { useProject } from '../../app/project';
import { countOf, formatCount } from '../../shared/format';
import { runState } from '../../shared/words';
import { Card } from '../../ui/card';
import { Glyph } from '../../ui/glyph';
import { Status } from '../../ui/status';
import { Instant } from '../../ui/values';
import type { Home, HomeRun } from './facts';
import { allDone, FirstStepsCard } from './first-steps';
import { needsOf, type Need } from './needs';
import { WeekStrip } from './week-strip';
import styles from './home.module.css';

export function Glance({ home }: { home: Home }) {
  const project = useProject();
  const needs = needsOf(home, project.slug);
  return (
    <div className={styles.glance}>
      <div className={styles.column}>
        <Card title="Needs you" aside={needs.length > 0 && <span className="number muted">{formatCount(needs.length)}</span>}>
          {needs.length === 0 ? <p className="muted">Nothing waits for you. What needs a decision or went wrong will stand here.</p> : <Needs needs={needs} />}
        </Card>
        <Card title="Last seven days">
          <WeekStrip runs={home.runs_of_week} project={project.slug} zone={project.time_zone} />
        </Card>
      </div>
      <div className={styles.column}>
        {!allDone(home.first_steps) && <FirstStepsCard facts={home.first_steps} project={project.slug} />}
        <Card title="Runs now">{home.runs_now.length === 0 ? <p className="muted">No prices are being written.</p> : <RunsNow runs={home.runs_now} />}</Card>
      </div>
    </div>
  );
}

function Needs({ needs }: { needs: Need[] }) {
  return (
    <ul className={styles.needs}>
      {needs.map((need) => (
        <li key={need.key} data-tone={need.tone}>
          <Glyph name={need.glyph} size={16} />
          <div>
            <p>{need.says}</p>
            {(need.more ?? need.since) && (
              <p className="muted">
                {need.more}
                {need.more && need.since && ', '}
                {need.since && <Instant at={need.since} />}
              </p>
            )}
          </div>
          <Link to={need.to}>
            {need.act}
            <span className="visually-hidden">: {need.says}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function RunsNow({ runs }: { runs: HomeRun[] }) {
  const project = useProject();
  return (
    <ul className={styles.runs}>
      {runs.map((run) => (
        <li key={run.id}>
          <div className={styles.runLine}>
            <Link to={`/${project.slug}/runs/${run.id}`}>{run.title}</Link>
            <Status word={runState(run.state)} />
          </div>
          <progress max={run.total} value={run.settled ?? 0} aria-label={`${run.title}, prices settled`} />
          <p className="muted">
            {formatCount(run.settled ?? 0)} of {countOf(run.total, 'price', 'prices')}, started by {run.actor} <Instant at={run.created_at} />
          </p>
        </li>
      ))}
    </ul>
  );
}
