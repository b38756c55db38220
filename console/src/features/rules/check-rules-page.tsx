// Rules among one another: which overlap, who wins, which never does; and what they can never do, whatever the variant.
import { useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import type { Schemas } from '../../api/client';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { countOf, formatCount } from '../../shared/format';
import { decodeFilters } from '../../shared/url';
import { Card } from '../../ui/card';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Table, type Column } from '../../ui/table';
import { Missing } from '../../ui/values';
import { ruleRemark } from './conflict-words';
import { Pairs } from './pairs';
import { ProofCard } from './proof-card';
import { useConflicts } from './use-conflicts';
import styles from './check-rules.module.css';

type RuleConflicts = Schemas['RuleConflicts'];

export function Component() {
  const project = useProject();
  const [params] = useSearchParams();
  const rules = useMemo(() => decodeFilters({ rules: 'list' }, params).rules, [params]);
  return (
    <Page
      title="Check the rules"
      above={[{ label: 'Rules', to: `/${project.slug}/rules` }]}
      subtitle={rules.length > 0 ? <>For {countOf(rules.length, 'rule', 'rules')}. <Link to={`/${project.slug}/rules/check`}>Check all rules</Link></> : 'For every rule of the project, each in its newest version. Nothing is stored.'}
    >
      <ConflictsCard rules={rules} />
      <ProofCard rules={rules} />
    </Page>
  );
}

function ConflictsCard({ rules }: { rules: string[] }) {
  const report = useConflicts(rules);
  const found = report.data;
  return (
    <Card title="Against each other" flush={found !== undefined} aside={found && <span className="muted">Over {countOf(found.variants, 'variant', 'variants')}</span>}>
      {report.error ? <ProblemPanel problem={report.error} onRetry={() => void report.refetch()} /> : null}
      {report.isPending ? <Skeleton rows={4} /> : null}
      {found?.rules.length === 0 && <p className={styles.quiet}>There are no rules yet that could get in one another’s way.</p>}
      {found && found.rules.length > 0 && (
        <>
          <Table caption="Each rule among the others" columns={columns} rows={found.rules} rowKey={(row) => row.rule} />
          <Pairs pairs={found.pairs} />
        </>
      )}
    </Card>
  );
}

const columns: Column<RuleConflicts>[] = [
  { key: 'rule', header: 'Rule', names: true, line: true, cell: (row) => row.rule },
  { key: 'selects', header: 'Selects', end: true, cell: (row) => <span className="number">{formatCount(row.selects)}</span> },
  { key: 'part', header: 'Takes part on', end: true, cell: (row) => <span className="number">{formatCount(row.takes_part)}</span> },
  { key: 'remark', header: 'Remark', prose: true, cell: (row) => ruleRemark(row) ?? <Missing /> },
];
