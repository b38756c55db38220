// What somebody chose about a first wave, and how the API is asked for it. Pure.
import type { Schemas } from '../../api/client';

export interface CanaryChoice {
  on: boolean;
  /** As typed. */
  percent: string;
  wait: string;
}

export const NO_CANARY: CanaryChoice = { on: false, percent: '5', wait: '10m' };

export const WAITS: [value: string, word: string][] = [
  ['1m', '1 minute'],
  ['10m', '10 minutes'],
  ['30m', '30 minutes'],
  ['1h', '1 hour'],
  ['4h', '4 hours'],
  ['24h', '1 day'],
];

const percentOf = (text: string): number | null => (/^\d{1,2}$/.test(text.trim()) && Number(text) >= 1 ? Number(text) : null);

/** Why the choice cannot be sent; undefined when it can. */
export function canaryFault(choice: CanaryChoice): string | undefined {
  return choice.on && percentOf(choice.percent) === null ? 'The first wave is a share from 1 to 99 percent.' : undefined;
}

export function canaryRequest(choice: CanaryChoice): Schemas['CanaryRequest'] | null {
  const percent = percentOf(choice.percent);
  return choice.on && percent !== null ? { percent, wait: choice.wait } : null;
}
