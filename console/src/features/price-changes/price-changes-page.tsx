// All price changes, newest first, filtered by state.
import { api, type Schemas } from '../../api/client';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { formatCount } from '../../shared/format';
import { toggled } from '../../shared/url';
import { useFilters } from '../../shared/use-filters';
import { priceChangeState, PRICE_CHANGE_STATES } from '../../shared/words';
import { ButtonLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { Chips } from '../../ui/chips';
import { List } from '../../ui/list';
import { SavedViews } from '../../ui/saved-views';
import { Status } from '../../ui/status';
import { Table, type Column } from '../../ui/table';
import { Instant } from '../../ui/values';

type Summary = Schemas['PriceChangeSummary'];

const shape = { state: 'list' } as const;
const offered = PRICE_CHANGE_STATES.filter((state) => !['expired', 'rolling_back'].includes(state));

export function Component() {
  const project = useProject();
  const { values, change } = useFilters(shape);
  const query = usePages<Summary>({
    key: ['price-changes', project.slug, values],
    load: async (cursor, signal) => {
      const state = values.state.length > 0 ? values.state.join(',') : undefined;
      const { data } = await api.GET('/api/v1/price-changes', { params: { query: { project: project.slug, cursor, state } }, signal });
      return data!;
    },
  });
  const filtered = values.state.length > 0 ? { words: `state: ${values.state.map((state) => priceChangeState(state).word).join(', ')}`, clear: () => change({ state: [] }) } : undefined;
  return (
    <Page
      title="Price changes"
      subtitle="Each is a frozen plan that you can read, argue with, approve, watch, check and undo."
      actions={
        <>
          <SavedViews list="price-changes" />
          <NeedsRole role="editor" to="price changes but not plan them">
            <ButtonLink weight="primary" to="new">
              Plan a price change
            </ButtonLink>
          </NeedsRole>
        </>
      }
    >
      <Chips
        label="Filter by state"
        chips={offered.map((state) => ({ value: state, word: priceChangeState(state) }))}
        chosen={values.state}
        onToggle={(state) => change({ state: toggled(values.state, state) })}
        onClear={() => change({ state: [] })}
      />
      <Card title={filtered ? 'Filtered' : 'All price changes'} flush>
        <List
          query={query}
          noun="price changes"
          filtered={filtered}
          empty={
            <>
              <p>A price change shows what rules would do to every price before anything is written. Nothing has been planned yet.</p>
              <NeedsRole role="editor" to="price changes but not plan them">
                <ButtonLink weight="primary" to="new">
                  Plan the first price change
                </ButtonLink>
              </NeedsRole>
            </>
          }
        >
          {(rows, busy) => <Table caption="Price changes, newest first" columns={columns} rows={rows} rowKey={(row) => row.id} rowTo={(row) => row.id} busy={busy} />}
        </List>
      </Card>
    </Page>
  );
}

/** The state, and of a scheduled one when it starts. */
function State({ row }: { row: Summary }) {
  return (
    <>
      <Status word={priceChangeState(row.state)} />
      {row.starts_at && (
        <div className="muted">
          for <Instant at={row.starts_at} absolute />
        </div>
      )}
    </>
  );
}

const columns: Column<Summary>[] = [
  { key: 'title', header: 'Title', names: true, line: true, cell: (row) => row.title },
  { key: 'state', header: 'State', cell: (row) => <State row={row} /> },
  { key: 'rows', header: 'Prices', end: true, cell: (row) => <span className="number">{formatCount(row.rows_to_apply)}</span> },
  { key: 'blocked', header: 'Blocked', end: true, cell: (row) => <span className={row.rows_blocked > 0 ? 'number' : 'number muted'}>{formatCount(row.rows_blocked)}</span> },
  { key: 'author', header: 'Planned by', line: true, cell: (row) => row.author },
  { key: 'at', header: 'Planned', cell: (row) => <Instant at={row.planned_at} /> },
];
