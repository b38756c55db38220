// Reads a stored explain trace. The text is shown as it was decided; a step that this console does not know keeps its own words.

export interface TraceStep {
  kind: string;
  input: string | null;
  output: string | null;
  reason: string | null;
  /** Of a limit or guardrail: `passed`, `near`, `limited`, `violated` or `waived`. */
  verdict: string | null;
  /** Of a limit or guardrail: what was measured. */
  value: string | null;
  /** Of a limit or guardrail: what it was held against. */
  limit: string | null;
}

const words = (value: unknown): string | null => {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (typeof value === 'object' && 'amount' in value) return String(value.amount);
  return JSON.stringify(value);
};

/** The steps in order; null when the text is not a trace. */
export function readTrace(text: string): TraceStep[] | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const steps = typeof parsed === 'object' && parsed !== null && 'steps' in parsed ? parsed.steps : null;
  if (!Array.isArray(steps)) return null;
  return steps.map((step: Record<string, unknown>) => ({
    kind: words(step['kind']) ?? '',
    input: words(step['input']),
    output: words(step['output']),
    reason: words(step['reason']),
    verdict: words(step['verdict']),
    value: words(step['value']),
    limit: words(step['limit']),
  }));
}
