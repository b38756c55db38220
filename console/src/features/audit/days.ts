// Audit records grouped by the day of the shop's clocks. Pure.
import { userLocale } from '../../shared/format';

export interface Day<T> {
  /** `2026-11-21` in the zone. */
  date: string;
  label: string;
  records: T[];
}

/** Days in the order of their first record. */
export function byDay<T extends { recorded_at: string }>(records: readonly T[], zone: string, locale = userLocale()): Day<T>[] {
  const plain = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const words = new Intl.DateTimeFormat(locale, { timeZone: zone, dateStyle: 'full' });
  const days = new Map<string, Day<T>>();
  for (const record of records) {
    const at = new Date(record.recorded_at);
    const date = plain.format(at);
    const day = days.get(date) ?? { date, label: words.format(at), records: [] };
    day.records.push(record);
    days.set(date, day);
  }
  return [...days.values()];
}
