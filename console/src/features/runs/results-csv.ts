// The results of a run as CSV, for a spreadsheet. Amounts stand as the server wrote them.
import type { Schemas } from '../../api/client';
import { csvOf } from '../../shared/csv';

type Target = Schemas['Target'];

const head = ['sku', 'title', 'variant_id', 'state', 'currency', 'expected', 'written', 'seen', 'read_back', 'reason_code', 'reason', 'attempts', 'settled_at'];

function row(target: Target): string[] {
  return [
    target.sku,
    target.title,
    target.variant_id,
    target.state,
    target.after.currency,
    target.before.amount,
    target.after.amount,
    target.observed?.amount ?? '',
    target.verified ? 'yes' : 'no',
    target.reason_code ?? '',
    target.reason ?? '',
    String(target.attempts),
    target.settled_at ?? '',
  ];
}

export function resultsCsv(targets: readonly Target[]): string {
  return csvOf([head, ...targets.map(row)]);
}
