// What can be set of each guardrail, as the form has it. What is not listed here can be said in the text.
import { Digits, isFields, type Value } from '../../ui/document/document-text';

export interface Setting {
  name: string;
  label: string;
  kind: 'percent' | 'number' | 'amount' | 'choice';
  options?: [value: string, word: string][];
  /** What it starts with where nothing is in force yet. */
  start?: string;
}

const MISSING: [string, string][] = [
  ['block', 'Stop the row'],
  ['pass', 'Let it pass'],
];

const down: Setting = { name: 'down_percent', label: 'At most down', kind: 'percent', start: '50' };
const up: Setting = { name: 'up_percent', label: 'At most up', kind: 'percent', start: '100' };
const price = (label: string): Setting[] => [{ name: 'price', label, kind: 'amount', start: '1.00' }];

/** A guardrail that is not here has a mode only. */
export const SETTINGS: Record<string, Setting[]> = {
  below_cost: [{ name: 'missing_cost', label: 'Where the cost is not known', kind: 'choice', options: MISSING }],
  minimum_margin: [{ name: 'percent', label: 'Margin at least', kind: 'percent', start: '10' }],
  floor: price('Never below'),
  ceiling: price('Never above'),
  maximum_move: [down, up],
  maximum_move_day: [down, up],
  maximum_move_week: [down, up],
  minimum_interval: [{ name: 'hours', label: 'Hours between two moves', kind: 'number', start: '24' }],
  collapse: [
    { name: 'distinct_prices', label: 'Different prices that become one', kind: 'number' },
    { name: 'percent_of_rows', label: 'Of the rows that move', kind: 'percent' },
    { name: 'spread_percent', label: 'Which lie apart by', kind: 'percent' },
  ],
  blast_radius: [
    { name: 'rows', label: 'Rows a day', kind: 'number' },
    { name: 'percent_of_catalogue', label: 'Of the catalogue a day', kind: 'percent', start: '30' },
    { name: 'at_least_rows', label: 'Counting from so many rows', kind: 'number' },
    { name: 'revenue', label: 'Revenue of 30 days', kind: 'amount' },
    { name: 'missing_sales', label: 'Where sales are not known', kind: 'choice', options: MISSING },
  ],
  omnibus: [
    {
      name: 'unknown',
      label: 'Where too little is known',
      kind: 'choice',
      options: [
        ['warn', 'Let it through and tell'],
        ['block', 'Stop the row'],
      ],
    },
  ],
};

export const MODES: [string, string][] = [
  ['hard', 'Hard'],
  ['soft', 'Soft, under a waiver'],
  ['off', 'Off'],
];

const OMNIBUS_MODES: [string, string][] = [
  ['block', 'Stop the row'],
  ['warn', 'Let it through and tell'],
  ['off', 'Off'],
];

export const modesOf = (code: string) => (code === 'omnibus' ? OMNIBUS_MODES : MODES);

/** Guardrails whose settings are a list, which only the text can say. */
export const ONLY_IN_TEXT = ['freeze'];

interface InForce {
  mode: string;
  settings: unknown;
}

/** What a document says of a guardrail when it first speaks of it: what is in force, so that nothing changes by speaking. */
export function settingsFrom(code: string, inForce: InForce | undefined, currency: string): Value {
  const settings = typeof inForce?.settings === 'object' && inForce.settings !== null ? (inForce.settings as Record<string, unknown>) : {};
  const kept = Object.entries(settings).flatMap(([name, value]): [string, Value][] => {
    const written = name === 'mode' ? null : valueFrom(value);
    return written === null ? [] : [[name, written]];
  });
  const missing = inForce ? [] : (SETTINGS[code] ?? []).flatMap(({ name, kind, start }): [string, Value][] => (start === undefined ? [] : [[name, kind === 'amount' ? `${start} ${currency}` : new Digits(start)]]));
  return { mode: inForce?.mode ?? (code === 'omnibus' ? 'block' : 'soft'), ...Object.fromEntries([...kept, ...missing]) };
}

/** A setting as people write it: digits without quotes, amounts as one text. */
function valueFrom(value: unknown): Value | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return new Digits(String(value));
  if (typeof value === 'string') return /^-?\d+(\.\d+)?$/.test(value) ? new Digits(value) : value;
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) {
    const items = value.map(valueFrom).filter((item): item is Value => item !== null);
    return items.length === 1 && typeof items[0] === 'string' ? items[0] : items;
  }
  const fields = value as Record<string, unknown>;
  if (typeof fields['amount'] === 'string' && typeof fields['currency'] === 'string') return `${fields['amount']} ${fields['currency']}`;
  return Object.fromEntries(Object.entries(fields).flatMap(([name, inner]) => {
    const written = valueFrom(inner);
    return written === null ? [] : [[name, written] as [string, Value]];
  }));
}

/** What the form has no field for, of what a document says of a guardrail. */
export function unknownSettings(code: string, said: Value | undefined): [name: string, value: Value][] {
  if (!isFields(said)) return [];
  const known = ['mode', ...(SETTINGS[code] ?? []).map(({ name }) => name)];
  return Object.entries(said).filter(([name, value]) => !known.includes(name) || Array.isArray(value));
}
