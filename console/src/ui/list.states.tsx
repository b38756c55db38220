import { ApiProblem } from '../api/problem';
import type { States } from '../gallery/states';
import { Button } from './button';
import { Card } from './card';
import { List, type PagedQuery } from './list';
import { Table } from './table';

const silence = new ApiProblem({ status: 0, code: 'network', title: 'Calibr does not answer', detail: 'The request may or may not have arrived.', requestId: null });
const failure = new ApiProblem({ status: 500, code: 'internal', title: 'Internal Server Error', detail: 'The variants could not be read.', requestId: 'req_01m7y4tcxwej3r97ce3p8msv9p' });
const rows = ['T-771 Fjell 2P tent', 'T-889 Fjell 3P tent', 'T-102 Peg set'];
const nothing = () => undefined;

function Sample({ query, filtered = false, total }: { query: Partial<PagedQuery<string>>; filtered?: boolean; total?: number }) {
  const whole = { rows: undefined, error: null, busy: false, hasMore: false, loadingMore: false, loadMore: nothing, retry: nothing, ...query };
  return (
    <Card title="Variants" flush>
      <List
        query={whole}
        noun="variants"
        total={total}
        filtered={filtered ? { words: 'vendor: Nordkamm, tag: autumn', clear: nothing } : undefined}
        empty={
          <>
            <p>Connect a shop or import a file, and every variant stands here with its price.</p>
            <Button weight="primary">Connect a shop</Button>
          </>
        }
      >
        {(shown, busy) => <Table caption="Variants" columns={[{ key: 'name', header: 'Name', names: true, cell: (row) => row }]} rows={shown} rowKey={(row) => row} busy={busy} />}
      </List>
    </Card>
  );
}

export const states: States = {
  loading: () => <Sample query={{ busy: true }} />,
  rows: () => <Sample query={{ rows }} total={3} />,
  more: () => <Sample query={{ rows, hasMore: true }} total={18_902} />,
  'loading-more': () => <Sample query={{ rows, hasMore: true, loadingMore: true }} />,
  reloading: () => <Sample query={{ rows, busy: true }} />,
  empty: () => <Sample query={{ rows: [] }} />,
  'empty-filtered': () => <Sample query={{ rows: [] }} filtered />,
  error: () => <Sample query={{ error: silence }} />,
  'error-over-rows': () => <Sample query={{ rows, error: failure }} />,
  'silence-over-rows': () => <Sample query={{ rows, error: silence }} />,
  'long-text': () => <Sample query={{ rows: ['Ultralight trekking tent for three people with two vestibules and a groundsheet that is sold apart '.repeat(3)] }} />,
  'right-to-left': () => <Sample query={{ rows: ['خيمة لثلاثة أشخاص', 'Fjell 3P'] }} total={2} />,
};
