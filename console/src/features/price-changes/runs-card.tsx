// The runs of a price change: applying it, and taking it back.
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useProject } from '../../app/project';
import { runKind, runState } from '../../shared/words';
import { Card } from '../../ui/card';
import { Status } from '../../ui/status';
import styles from './price-changes.module.css';

export function RunsCard({ runs }: { runs: Schemas['RunRef'][] }) {
  const project = useProject();
  return (
    <Card title="Runs">
      <ul className={styles.runs}>
        {runs.map((run) => (
          <li key={run.id}>
            <Status word={runState(run.state)} />
            <Link to={`/${project.slug}/runs/${run.id}`}>{runKind(run.kind)}</Link>
            <code className="muted">{run.id}</code>
          </li>
        ))}
      </ul>
    </Card>
  );
}
