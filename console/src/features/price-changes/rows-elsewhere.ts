// The rows at hand as a call of the API and, where it knows the filters, as a command.
import { commandOf, curlOf } from '../../shared/copy-as';
import type { Copyable } from '../../ui/copy-as';
import { askedOf, type RowsFilter } from './rows-filter';

export function rowsElsewhere(changeId: string, values: RowsFilter, outcomes: readonly string[], origin: string): Copyable[] {
  const asked = askedOf(values);
  const outcome = outcomes.join(',');
  const { q = '', ...others } = asked;
  const known = Object.keys(others).length === 0;
  return [
    { name: 'curl', text: () => curlOf(origin, `/api/v1/price-changes/${changeId}/rows`, { outcome, ...asked, sort: values.sort }) },
    ...(known ? [{ name: 'calibr', text: () => commandOf(`price-change rows ${changeId}`, { outcome, query: q }) }] : []),
  ];
}
