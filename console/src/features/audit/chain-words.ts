// The words of the audit's chain. Pure.
import { humanised, type Word } from '../../shared/words';

interface Found {
  intact: boolean;
  sealed: number;
}

export function chainWord({ intact, sealed }: Found): Word {
  if (!intact) return { word: 'Broken', glyph: 'cross', tone: 'blocked' };
  return sealed === 0 ? { word: 'Nothing is sealed yet', glyph: 'wait', tone: 'neutral' } : { word: 'Whole', glyph: 'check', tone: 'ok' };
}

const breaks: Record<string, string> = {
  record_changed: 'A record was altered',
  record_missing: 'A record was taken out',
  record_added: 'A record was put in later',
  seal_changed: 'A seal was altered',
  seal_missing: 'A seal was taken out',
};

export const breakWords = (code: string): string => breaks[code] ?? humanised(code);

/** Why a kept head cannot be one; undefined when it can, or when none is given. */
export function headFault(text: string): string | undefined {
  return text.trim() === '' || /^[0-9a-f]{64}$/i.test(text.trim()) ? undefined : 'A head has 64 digits from 0 to f.';
}
