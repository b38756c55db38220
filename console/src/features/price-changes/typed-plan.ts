// What somebody typed while asking for a plan, so that nobody has to type it twice.

export interface TypedPlan {
  title: string;
  note: string;
  rules: string[];
  ends: string[];
}

/** What was kept as text; null where nothing was, or nothing that can be read. */
export function readTypedPlan(text: string | undefined): TypedPlan | null {
  try {
    const kept: unknown = JSON.parse(text ?? 'null');
    if (typeof kept !== 'object' || kept === null) return null;
    const { title, note, rules, ends } = kept as Record<string, unknown>;
    if (typeof title !== 'string' || typeof note !== 'string' || !areTexts(rules) || !areTexts(ends)) return null;
    return { title, note, rules, ends };
  } catch {
    return null;
  }
}

const areTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((each) => typeof each === 'string');

/** The note of a plan that follows another: why that one was made, then what is different now. */
export function noteAfter(earlier: string | null | undefined, added: string | undefined): string {
  return [earlier, added].filter(Boolean).join(' ');
}
