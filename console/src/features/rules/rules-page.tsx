// The rules of the project, each in its newest version.
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { ButtonLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { List } from '../../ui/list';
import { Table, type Column } from '../../ui/table';
import { Instant, Missing } from '../../ui/values';
import { placeInWords, timeInWords } from './rule-words';

type Rule = Schemas['Rule'];

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
          {(rows, busy) => <Table caption="Rules" columns={columns} rows={rows} rowKey={(row) => row.id} rowTo={(row) => row.id} busy={busy} />}
        </List>
      </Card>
    </Page>
  );
}

const columns: Column<Rule>[] = [
  { key: 'name', header: 'Name', names: true, line: true, cell: (row) => row.name },
  { key: 'description', header: 'What it is for', line: true, cell: (row) => descriptionOf(row) ?? <Missing /> },
  { key: 'time', header: 'When', prose: true, cell: (row) => timeInWords(row.document) ?? <span className="muted">always</span> },
  { key: 'place', header: 'Among others', prose: true, cell: (row) => placeInWords(row.document) ?? <Missing /> },
  { key: 'version', header: 'Version', cell: (row) => <span className="number">v{row.version}</span> },
  { key: 'by', header: 'Last change by', line: true, cell: (row) => row.created_by },
  { key: 'at', header: 'Last change', cell: (row) => <Instant at={row.created_at} /> },
];

function descriptionOf(rule: Rule): string | null {
  const document = rule.document as { description?: unknown } | null;
  return typeof document?.description === 'string' ? document.description : null;
}
