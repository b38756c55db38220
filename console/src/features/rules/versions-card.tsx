// The versions of a rule: each with its document, and any two of them against each other, in words and in prices.
import { useSearchParams } from 'react-router';
import { $api, api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { useProject } from '../../app/project';
import { countOf } from '../../shared/format';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { SelectField } from '../../ui/fields';
import { List } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { Table, type Column } from '../../ui/table';
import { CopyableId, Instant, Missing } from '../../ui/values';
import { differenceInWords } from './difference-words';
import { documentChanges, type DocumentChange } from './document-changes';
import { documentToYaml } from './rule-text';
import styles from './rules.module.css';

type RuleVersion = Schemas['RuleVersion'];

export function VersionsCard({ ruleId, newest }: { ruleId: string; newest: number }) {
  const [params, setParams] = useSearchParams();
  const query = usePages<RuleVersion>({
    key: ['rule versions', ruleId, newest],
    load: async (cursor, signal) => {
      const { data } = await api.GET('/api/v1/rules/{id}/versions', { params: { path: { id: ruleId }, query: { cursor } }, signal });
      return data!;
    },
  });
  const put = (name: string, value: string) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { preventScrollReset: true },
    );
  const shown = Number(params.get('version'));
  const columns: Column<RuleVersion>[] = [
    { key: 'version', header: 'Version', names: true, cell: (row) => <span className="number">v{row.version}</span> },
    { key: 'at', header: 'Made', cell: (row) => <Instant at={row.created_at} absolute /> },
    { key: 'by', header: 'By', line: true, cell: (row) => row.created_by },
    { key: 'hash', header: 'Content', cell: (row) => <CopyableId id={row.content_hash} label="content hash" short /> },
    {
      key: 'show',
      header: 'Document',
      cell: (row) => (
        <button type="button" className={styles.show} aria-expanded={shown === row.version} onClick={() => put('version', shown === row.version ? '' : String(row.version))}>
          {shown === row.version ? `Hide v${row.version}` : `Show v${row.version}`}
        </button>
      ),
    },
  ];
  const document = query.rows?.find((row) => row.version === shown)?.document;
  return (
    <>
      <Card title="Versions" flush>
        <List query={query} noun="versions" empty={<p>This rule has no versions.</p>}>
          {(rows, busy) => <Table caption="Versions, newest first" columns={columns} rows={rows} rowKey={(row) => String(row.version)} busy={busy} />}
        </List>
        {document !== undefined && (
          <pre className={styles.version} tabIndex={0} aria-label={`Document of version ${shown}`}>
            {documentToYaml(document)}
          </pre>
        )}
      </Card>
      {query.rows && query.rows.length > 1 && (
        <Compared rows={query.rows} newest={newest} from={params.get('from') ?? ''} to={params.get('to') ?? ''} onFrom={(value) => put('from', value)} onTo={(value) => put('to', value)} />
      )}
    </>
  );
}

interface ComparedProps {
  rows: RuleVersion[];
  newest: number;
  /** Numbers of versions, as the address has them. */
  from: string;
  to: string;
  onFrom: (version: string) => void;
  onTo: (version: string) => void;
}

/** Without a choice, the newest against the one before it. */
function Compared({ rows, newest, from, to, onFrom, onTo }: ComparedProps) {
  const find = (text: string, otherwise: RuleVersion) => rows.find((row) => String(row.version) === text) ?? otherwise;
  const later = find(to, rows[0]!);
  const earlier = find(from, rows[1]!);
  const options = rows.map(({ version }): [string, string] => [String(version), `v${version}`]);
  const changes = documentChanges(earlier.document, later.document);
  const columns: Column<DocumentChange>[] = [
    { key: 'where', header: 'Where', names: true, cell: (row) => row.where },
    { key: 'before', header: `v${earlier.version}`, prose: true, cell: (row) => (row.before === null ? <Missing /> : <del className={styles.before}>{row.before}</del>) },
    { key: 'after', header: `v${later.version}`, prose: true, cell: (row) => (row.after === null ? <Missing /> : <ins className={styles.after}>{row.after}</ins>) },
  ];
  return (
    <Card
      title={`From v${earlier.version} to v${later.version}`}
      flush={changes.length > 0}
      anchor="compare"
      aside={
        <span className={styles.compare}>
          <SelectField label="Earlier version" value={String(earlier.version)} options={options} onChange={onFrom} />
          <span aria-hidden="true">→</span>
          <SelectField label="Later version" value={String(later.version)} options={options} onChange={onTo} />
        </span>
      }
    >
      {changes.length === 0 ? <p className="muted">They say the same.</p> : <Table caption={`What v${later.version} says otherwise than v${earlier.version}`} columns={columns} rows={changes} rowKey={(row) => `${row.where} ${row.before} ${row.after}`} />}
      {later.version === newest && earlier.version !== newest && <InPrices key={earlier.version} earlier={earlier} newest={newest} />}
    </Card>
  );
}

/** What going back would do to the prices of today: the earlier version against the one that is stored. */
function InPrices({ earlier, newest }: { earlier: RuleVersion; newest: number }) {
  const project = useProject();
  const diff = $api.useMutation('post', '/api/v1/rules/diff');
  const ask = () => diff.mutate({ body: earlier.document as never, params: { query: { project: project.slug } } });
  return (
    <div className={styles.inPrices}>
      {diff.error ? <ProblemPanel problem={diff.error} onRetry={ask} /> : null}
      <div role="status">
        {diff.data && (
          <>
            <p>
              If v{earlier.version} held instead of v{newest}, over {countOf(diff.data.variants, 'variant', 'variants')}:
            </p>
            <ul className={styles.remarks}>
              {differenceInWords(diff.data).map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </>
        )}
      </div>
      {!diff.data && (
        <span>
          <Button size="xs" busy={diff.isPending} onClick={ask}>
            See what v{earlier.version} would do instead
          </Button>
        </span>
      )}
    </div>
  );
}
