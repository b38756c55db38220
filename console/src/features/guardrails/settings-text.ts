// The settings of a guardrail as a line that people read; the document itself is one click away.
import { stringify } from 'yaml';
import { guardrailName, KNOWN_GUARDRAILS } from '../../shared/guardrails';
import type { Shape } from '../../ui/document/document-text';

/** What editing guardrails in place has to know. */
export const GUARDRAILS_SHAPE: Shape = { order: ['schema', ...KNOWN_GUARDRAILS], prunes: [] };

/** `{"mode":"soft","down_percent":"50"}` → `down 50 %`. The mode has a column of its own. */
export function settingsInWords(settings: unknown): string {
  if (typeof settings !== 'object' || settings === null) return plain(settings);
  const said = Object.entries(settings).filter(([name, value]) => name !== 'mode' && value !== null);
  return said.map(([name, value]) => setting(name, plain(value))).join(', ');
}

/** Percentages are read with their sign: `down 50 %`, `30 % of catalogue`. */
function setting(name: string, value: string): string {
  const words = name.replaceAll('_', ' ');
  if (name === 'percent') return `${value} %`;
  if (name.startsWith('percent_')) return `${value} % ${words.slice('percent '.length)}`;
  if (name.endsWith('_percent')) return `${words.slice(0, -' percent'.length)} ${value} %`;
  return `${words} ${value}`;
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(plain).join('; ');
  if (typeof value === 'object') {
    if ('amount' in value && 'currency' in value) return `${String(value.amount)} ${String(value.currency)}`;
    return Object.entries(value)
      .map(([name, inner]) => setting(name, plain(inner)))
      .join(', ');
  }
  return String(value).replaceAll('_', ' ');
}

/** The names of those that nobody spoke of, which therefore stop nothing. */
export function notSet(spokenOf: string[]): string[] {
  return KNOWN_GUARDRAILS.filter((code) => !spokenOf.includes(code)).map(guardrailName);
}

/** As people write it: the schema first, then the guardrails as they are asked, each with its mode first. */
export function guardrailsToYaml(document: unknown): string {
  const ordered = inOrder(document, ['schema', ...KNOWN_GUARDRAILS]);
  const whole = Object.entries(ordered).map(([name, settings]) => [name, isFields(settings) ? inOrder(settings, ['mode']) : settings]);
  return stringify(Object.fromEntries(whole), { lineWidth: 100 });
}

const isFields = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function inOrder(fields: unknown, first: string[]): Record<string, unknown> {
  if (!isFields(fields)) return {};
  const place = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => place(a) - place(b)));
}

/** What a first document starts from: it says nothing that is not already so, and where to look things up. */
export const FIRST_GUARDRAILS = `schema: guardrails.v1
# A guardrail named here replaces what holds without this document; the others stay as they are.
# mode: hard stops what is outside; soft lets it pass under a waiver; off asks nothing.
maximum_move:
  mode: soft
  down_percent: 50
  up_percent: 100
`;
