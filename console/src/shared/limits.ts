// What a guardrail held a value against, read from the trace for drawing: one limit, or a span from one to the other.
import type { TraceStep } from './trace';

export interface Span {
  value: string;
  /** The edges that there are, in order. */
  edges: string[];
}

const amount = /-?\d+(?:\.\d+)?/;
const whole = new RegExp(`^${amount.source}$`);
const span = new RegExp(`^(${amount.source}) to (${amount.source})$`);

/** Guardrails whose limit is measured as the value is; a factor or a day beside a price would be drawn wrongly. */
const alike = ['near_zero', 'below_cost', 'minimum_margin', 'floor', 'ceiling', 'map', 'msrp', 'maximum_move', 'maximum_move_day', 'maximum_move_week', 'omnibus'];

/** Nothing where the trace speaks of no number, such as a currency. */
export function spanOf({ kind, value, limit }: Pick<TraceStep, 'kind' | 'value' | 'limit'>): Span | null {
  if (!alike.includes(kind) || value === null || limit === null || !whole.test(value)) return null;
  const [, low, high] = span.exec(limit) ?? [];
  if (low !== undefined && high !== undefined) return { value, edges: [low, high] };
  return whole.test(limit) ? { value, edges: [limit] } : null;
}
