// The words of connections, and the steps by which one is tested. Pure.
import type { Schemas } from '../../api/client';
import { countOf, formatCount } from '../../shared/format';
import { humanised, type Word } from '../../shared/words';

type Health = Schemas['ChannelHealth'];

const states: Record<string, Word> = {
  connected: { word: 'Connected', glyph: 'check', tone: 'ok' },
  disconnected: { word: 'Disconnected', glyph: 'cross', tone: 'blocked' },
};

export const channelState = (code: string): Word => states[code] ?? { word: humanised(code), glyph: 'wait', tone: 'neutral' };

export const connectorName = (code: string): string => (code === 'shopify' ? 'Shopify' : humanised(code));

/** How far the reading of a catalogue is. The shop counts products and variants together, so we do. */
export function readingInWords({ stage, done, expected }: Schemas['Reading']): string {
  const what = 'products and variants';
  const much = expected == null ? countOf(done, 'product or variant', what) : `${formatCount(done)} of about ${formatCount(Math.max(done, expected))} ${what}`;
  return stage === 'gathering' ? `The shop is putting its catalogue together: ${much}.` : `Read so far: ${much}.`;
}

export interface Step {
  name: string;
  state: 'ok' | 'warn' | 'failed' | 'unknown';
  detail: string;
}

const stepWords: Record<Step['state'], Word> = {
  ok: { word: 'In order', glyph: 'check', tone: 'ok' },
  warn: { word: 'Look at it', glyph: 'warn', tone: 'warn' },
  failed: { word: 'Failed', glyph: 'cross', tone: 'blocked' },
  unknown: { word: 'Not known', glyph: 'wait', tone: 'neutral' },
};

export const stepWord = (state: Step['state']): Word => stepWords[state];

/** A lag that no longer counts as at once. */
const SLOW_WEBHOOK_MS = 60_000;

/** What a test of the connection found, in the order in which it would hinder us. */
export function stepsOf(health: Health): Step[] {
  return [answers(health), scopes(health), limit(health), webhooks(health), followed(health), catalogue(health)];
}

function answers({ answers: does, problem }: Health): Step {
  return { name: 'The shop answers', state: does ? 'ok' : 'failed', detail: does ? 'It answered just now.' : (problem ?? 'It did not answer.') };
}

function scopes({ scopes: granted, missing_scopes: missing, answers: does }: Health): Step {
  const name = 'What we may do';
  if (missing.length > 0) return { name, state: 'failed', detail: `Missing: ${missing.join(', ')}. Ask the shop’s owner for consent again.` };
  if (!does && granted.length === 0) return { name, state: 'unknown', detail: 'The shop was not asked.' };
  return { name, state: 'ok', detail: `Granted: ${granted.join(', ')}.` };
}

function limit({ budget }: Health): Step {
  const name = 'The shop’s limit';
  if (!budget) return { name, state: 'unknown', detail: 'The shop has not said how much it lets through.' };
  const low = budget.available * 5 < budget.maximum;
  return { name, state: low ? 'warn' : 'ok', detail: low ? 'Little is left right now; Calibr waits where it must.' : 'There is room.' };
}

function webhooks({ last_webhook_at: last, webhook_lag_ms: lag }: Health): Step {
  const name = 'Webhooks come';
  if (!last) return { name, state: 'warn', detail: 'None has come yet. Without them a change in the shop is found only when its prices are compared.' };
  if (lag != null && lag > SLOW_WEBHOOK_MS) return { name, state: 'warn', detail: `The last one took ${lagInWords(lag)}.` };
  return { name, state: 'ok', detail: lag == null ? 'The last one came.' : `The last one took ${lagInWords(lag)}.` };
}

/** More than these waiting is no longer the moment between coming and following. */
const WAITING_MANY = 100;

function followed({ webhooks_waiting: waiting }: Health): Step {
  const detail = waiting === 0 ? 'None waits.' : `${countOf(waiting, 'webhook waits', 'webhooks wait')} to be followed.`;
  return { name: 'Webhooks are followed', state: waiting > WAITING_MANY ? 'warn' : 'ok', detail };
}

function catalogue({ last_read_at: read }: Health): Step {
  const detail = read ? 'It was read whole.' : 'It was never read whole. Read it before you plan.';
  return { name: 'The catalogue', state: read ? 'ok' : 'warn', detail };
}

/** `120 ms`, `2.4 s`, `3 min`. */
export function lagInWords(lagMs: number): string {
  if (lagMs < 1_000) return `${lagMs} ms`;
  return lagMs < 60_000 ? `${Math.round(lagMs / 100) / 10} s` : `${Math.round(lagMs / 60_000)} min`;
}

/** The worst of the steps, for a list. */
export function worstOf(steps: readonly Step[]): Step['state'] {
  for (const state of ['failed', 'warn'] as const) if (steps.some((step) => step.state === state)) return state;
  return 'ok';
}

/** Why a domain cannot be a shop's; undefined when the server may be asked. */
export function domainFault(text: string): string | undefined {
  return /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/i.test(text.trim()) ? undefined : 'Give the shop’s permanent domain, such as name.myshopify.com.';
}
