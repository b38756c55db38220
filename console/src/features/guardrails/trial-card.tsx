// What the guardrails as written would have stopped of the last price changes. Asked for, since it computes them anew.
import { Link } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { yamlRequest } from '../../api/yaml';
import { useProject } from '../../app/project';
import { countOf, formatCount } from '../../shared/format';
import { guardrailName } from '../../shared/guardrails';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { ProblemPanel } from '../../ui/problem-panel';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { Instant } from '../../ui/values';
import type { Scope } from './scope';

type Tried = Schemas['TriedPriceChange'];

/** `faultsId` names what keeps the text from being tried; undefined where nothing does. */
export function TrialCard({ text, scope, faultsId }: { text: string; scope: Scope; faultsId: string | undefined }) {
  const project = useProject();
  const trial = $api.useMutation('post', '/api/v1/guardrails/try');
  const ask = () => trial.mutate({ ...yamlRequest(text), params: { query: { scope, project: project.slug } } });
  const found = trial.data;
  return (
    <Card title="On the last price changes">
      <p className="muted">Computes the last ten price changes anew under these guardrails. Nothing is stored.</p>
      {trial.error ? <ProblemPanel problem={trial.error} onRetry={ask} /> : null}
      <div role="status">
        {found && (
          <p>
            {found.looked_at === 0 ? 'There is no price change yet to try them on.' : `Would have stopped ${formatCount(found.stopped)} of the last ${countOf(found.looked_at, 'price change', 'price changes')}.`}
          </p>
        )}
      </div>
      {found && found.price_changes.length > 0 && <Table caption="The last price changes under these guardrails" columns={columns(project.slug)} rows={found.price_changes} rowKey={(row) => row.id} />}
      <Button size="xs" busy={trial.isPending} blockedBy={faultsId} onClick={ask}>
        Try them on the last price changes
      </Button>
    </Card>
  );
}

const columns = (slug: string): Column<Tried>[] => [
  { key: 'title', header: 'Price change', names: true, cell: (row) => <Link to={`/${slug}/price-changes/${row.id}`}>{row.title}</Link> },
  { key: 'at', header: 'Planned', cell: (row) => <Instant at={row.planned_at} /> },
  { key: 'stop', header: 'Now', cell: (row) => <Status word={row.would_stop ? { word: 'Stopped', glyph: 'blocked', tone: 'blocked' } : { word: 'Passes', glyph: 'check', tone: 'ok' }} quiet /> },
  { key: 'why', header: 'Why', prose: true, cell: (row) => whyOf(row) },
];

function whyOf({ contradiction, stopped_by, rows_blocked_now, rows_blocked_then, rows_looked_at }: Tried): string {
  if (contradiction) return 'Its rules contradict these guardrails.';
  const rows = `${formatCount(rows_blocked_now)} of ${countOf(rows_looked_at, 'row', 'rows')} stopped, ${formatCount(rows_blocked_then)} then`;
  return stopped_by.length > 0 ? `${stopped_by.map(guardrailName).join(', ')}; ${rows}` : rows;
}
