// The rules of the project, each in its newest version.
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { countOf, formatCount } from '../../shared/format';
import { priceChangeState } from '../../shared/words';
import { ButtonLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { Instant, Missing } from '../../ui/values';
import { ruleRemark } from './conflict-words';
import { placeInWords, timeInWords } from './rule-words';
import { useConflicts } from './use-conflicts';

type Rule = Schemas['Rule'];
type RuleConflicts = Schemas['RuleConflicts'];

export function Component() {
  const project = useProject();
  const query = usePages<Rule>({
    key: ['rules', project.slug],
    load: async (cursor, signal) => {
      const { data } = await api.GET('/api/v1/rules', { params: { query: { project: project.slug, cursor } }, signal });
      return data!;
    },
  });
  return (
    <Page
      title="Rules"
      subtitle="A rule selects variants, says how their price is computed, and within which limits."
      actions={
        <>
          <ButtonLink to="check">Check against each other</ButtonLink>
          <NeedsRole role="editor" to="rules but not write them">
            <ButtonLink weight="primary" to="new">
              New rule
            </ButtonLink>
          </NeedsRole>
        </>
      }
    >
      <Card title="All rules" flush>
        <List
          query={query}
          noun="rules"
          empty={
            <>
              <p>Prices change by rule, so that every change can be explained and repeated. Write the first one, or push it from a file.</p>
              <NeedsRole role="editor" to="rules but not write them">
                <ButtonLink weight="primary" to="new">
                  Write the first rule
                </ButtonLink>
              </NeedsRole>
            </>
          }
        >
          {(rows, busy) => <Rules rows={rows} busy={busy} />}
        </List>
      </Card>
    </Page>
  );
}

/** Beyond this the report on all rules is asked for on its own page only: it holds each two against each other. */
const REPORT_MAX = 30;

function Rules({ rows, busy }: { rows: Rule[]; busy: boolean }) {
  const report = useConflicts([], rows.length <= REPORT_MAX);
  const found = new Map(report.data?.rules.map((each) => [each.rule, each]));
  const among = (row: Rule) => found.get(`${row.name} v${row.version}`);
  const own: Column<Rule>[] = [
    { key: 'state', header: 'State', cell: (row) => <State found={among(row)} /> },
    { key: 'touches', header: 'Takes part on', end: true, cell: (row) => <Touches found={among(row)} /> },
  ];
  return (
    <>
      {report.error ? <ProblemPanel problem={report.error} notDone="Which rules are in force is not shown." onRetry={() => void report.refetch()} /> : null}
      <Table caption="Rules" columns={report.data ? [columns[0]!, ...own, ...columns.slice(1)] : columns} rows={rows} rowKey={(row) => row.id} rowTo={(row) => row.id} busy={busy} />
    </>
  );
}

function State({ found }: { found: RuleConflicts | undefined }) {
  if (!found) return <Missing />;
  const remark = ruleRemark(found);
  if (!found.in_force) return <Status word={{ word: 'Not now', glyph: 'wait', tone: 'neutral' }} quiet />;
  return remark === null ? <Status word={{ word: 'In force', glyph: 'check', tone: 'ok' }} quiet /> : <span title={remark}><Status word={{ word: 'Takes no part', glyph: 'warn', tone: 'warn' }} quiet /></span>;
}

/** On how many variants it decides or comes on top, of those that it selects. */
function Touches({ found }: { found: RuleConflicts | undefined }) {
  if (!found) return <Missing />;
  return (
    <span className="number">
      {found.takes_part === found.selects ? countOf(found.selects, 'variant', 'variants') : `${formatCount(found.takes_part)} of ${countOf(found.selects, 'variant', 'variants')}`}
    </span>
  );
}

const columns: Column<Rule>[] = [
  { key: 'name', header: 'Name', names: true, line: true, cell: (row) => row.name },
  { key: 'description', header: 'What it is for', line: true, cell: (row) => descriptionOf(row) ?? <Missing /> },
  { key: 'time', header: 'When and rank', prose: true, cell: (row) => [timeInWords(row.document) ?? 'always', placeInWords(row.document)].filter(Boolean).join('; ') },
  { key: 'last_use', header: 'Last result', cell: (row) => <LastUse rule={row} /> },
  { key: 'version', header: 'Version', cell: (row) => <span className="number">v{row.version}</span> },
  {
    key: 'at',
    header: 'Last change',
    cell: (row) => (
      <span title={row.created_by}>
        <Instant at={row.created_at} />
        <span className="visually-hidden"> by {row.created_by}</span>
      </span>
    ),
  },
];

/** What became of the newest price change that was planned with the rule. */
function LastUse({ rule: { last_use } }: { rule: Rule }) {
  if (!last_use) return <span className="muted">Never planned</span>;
  const { state, rows_to_apply, version, title } = last_use;
  return (
    <span title={`${title}, with v${version}: ${countOf(rows_to_apply, 'price', 'prices')}`}>
      <Status word={priceChangeState(state)} quiet />
      <span className="visually-hidden"> {title}</span>
    </span>
  );
}

function descriptionOf(rule: Rule): string | null {
  const document = rule.document as { description?: unknown } | null;
  return typeof document?.description === 'string' ? document.description : null;
}
