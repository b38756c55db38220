// One rule among the others: what it selects, where it takes part, who gets in its way.
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useProject } from '../../app/project';
import { countOf } from '../../shared/format';
import { Card } from '../../ui/card';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { ruleRemark } from './conflict-words';
import { Pairs } from './pairs';
import { useConflicts } from './use-conflicts';
import styles from './check-rules.module.css';

export function AmongCard({ rule }: { rule: Schemas['Rule'] }) {
  const project = useProject();
  const report = useConflicts([]);
  const label = `${rule.name} v${rule.version}`;
  const own = report.data?.rules.find((each) => each.rule === label);
  const remark = own && ruleRemark(own);
  return (
    <Card title="Among the other rules" flush={own !== undefined} aside={<Link to={`/${project.slug}/rules/check`}>All rules</Link>}>
      {report.error ? <ProblemPanel problem={report.error} onRetry={() => void report.refetch()} /> : null}
      {report.isPending ? <Skeleton rows={3} /> : null}
      {report.data && !own && <p className="muted">It was changed meanwhile; reload to see it among the others.</p>}
      {own && (
        <>
          <p className={styles.own}>
            Selects {countOf(own.selects, 'variant', 'variants')} and takes part on {countOf(own.takes_part, 'of them', 'of them')}. {remark}
          </p>
          <Pairs pairs={report.data!.pairs.filter((pair) => pair.first === label || pair.second === label)} />
        </>
      )}
    </Card>
  );
}
