// The words of webhooks and their deliveries. Pure.
import { humanised, type Word } from '../../shared/words';

const webhookStates: Record<string, Word> = {
  enabled: { word: 'Switched on', glyph: 'check', tone: 'ok' },
  disabled: { word: 'Switched off', glyph: 'skipped', tone: 'neutral' },
};

const deliveryStates: Record<string, Word> = {
  pending: { word: 'On its way', glyph: 'live', tone: 'live' },
  delivered: { word: 'Delivered', glyph: 'check', tone: 'ok' },
  failed: { word: 'Gave up', glyph: 'cross', tone: 'blocked' },
  dropped: { word: 'Dropped', glyph: 'skipped', tone: 'neutral' },
};

export const DELIVERY_STATES = Object.keys(deliveryStates);

const unknown = (code: string): Word => ({ word: humanised(code), glyph: 'wait', tone: 'neutral' });

export const webhookState = (code: string): Word => webhookStates[code] ?? unknown(code);
export const deliveryState = (code: string): Word => deliveryStates[code] ?? unknown(code);

/** Types as typed, one per line or separated by commas or blanks; each once. */
export function readTypes(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((type) => type !== ''))];
}

/** Why an address cannot be used; undefined when the server may be asked. Plain http is the server's to refuse. */
export function addressFault(text: string): string | undefined {
  const address = text.trim();
  if (address === '') return 'Give the address that takes the events.';
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol) ? undefined : 'The address begins with https://.';
}
