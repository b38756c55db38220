// An explain trace as a way from the price before to the price after: where each step starts and where it ends.
import type { TraceStep } from './trace';

export interface Leg {
  /** `start` and `end` are prices; a `move` leads somewhere; `still` is a step that was asked and changed nothing. */
  kind: 'start' | 'move' | 'still' | 'end';
  name: string;
  from: string;
  to: string;
  reason: string | null;
}

const isAmount = (text: string | null): text is string => text !== null && /^-?\d+(\.\d+)?$/.test(text);

/** The legs in order, or none where the trace moves no price. Checks of guardrails are no steps of the way. */
export function legsOf(steps: readonly TraceStep[], nameOf: (kind: string) => string): Leg[] {
  const moves = steps.filter((step) => isAmount(step.input) && isAmount(step.output));
  const [first, last] = [moves[0], moves.at(-1)];
  if (first === undefined || last === undefined) return [];
  const start: Leg = { kind: 'start', name: 'Before', from: first.input!, to: first.input!, reason: null };
  const end: Leg = { kind: 'end', name: 'After', from: last.output!, to: last.output!, reason: null };
  const way = moves.map((step): Leg => ({ kind: step.input === step.output ? 'still' : 'move', name: nameOf(step.kind), from: step.input!, to: step.output!, reason: step.reason }));
  return [start, ...way, end];
}
