// Numbers, money and time for people. Amounts arrive as decimal strings and are only ever formatted, never computed with.

export interface MoneyText {
  amount: string;
  currency: string;
}

const MINUS = '\u2212';
const NARROW_SPACE = '\u202f';

export function userLocale(): string {
  return typeof navigator === 'undefined' ? 'en' : navigator.language || 'en';
}

const formatters = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.NumberFormat(locale, options);
    formatters.set(key, formatter);
  }
  return formatter;
}

const decimalsOf = (decimal: string) => decimal.split('.')[1]?.length ?? 0;

// Intl reads a decimal string exactly, without a detour through a binary fraction.
const exact = (decimal: string) => decimal as Intl.StringNumericLiteral;

const trueMinus = (text: string) => text.replace(/[-\u2010\u2011]/g, MINUS);

/** `161.90 EUR` in the reader's way of writing; as many decimals as the server sent. */
export function formatMoney(money: MoneyText, locale = userLocale()): string {
  const digits = decimalsOf(money.amount);
  const options = { style: 'currency', currency: money.currency, minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  return trueMinus(numberFormat(locale, options).format(exact(money.amount)));
}

/** The same without the currency, for columns whose heading names it. */
export function formatAmount(money: MoneyText, locale = userLocale()): string {
  const digits = decimalsOf(money.amount);
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits } as const;
  return trueMinus(numberFormat(locale, options).format(exact(money.amount)));
}

/** `-11.80` → `−11.80 %`; a rise gets its plus sign. */
export function formatPercent(pct: string, locale = userLocale()): string {
  if (!isDecimal(pct)) return pct;
  const digits = decimalsOf(pct);
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'exceptZero' } as const;
  return trueMinus(numberFormat(locale, options).format(exact(pct))) + NARROW_SPACE + '%';
}

/** A share or a margin, which is a height and not a change: `31.2 %`, without a plus sign. */
export function formatLevel(pct: string, locale = userLocale()): string {
  const digits = decimalsOf(pct);
  return trueMinus(numberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(exact(pct))) + NARROW_SPACE + '%';
}

/** `-11.80` → `down 11.8 percent`, for readers who hear the page. */
export function spokenPercent(pct: string): string {
  const size = pct.replace(/^[-+]/, '').replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
  if (/^0*$/.test(size.replace('.', ''))) return 'unchanged';
  return `${pct.startsWith('-') ? 'down' : 'up'} ${size} percent`;
}

export function formatCount(count: number, locale = userLocale()): string {
  return numberFormat(locale, {}).format(count);
}

/** `1 price`, `3,214 prices`. */
export function countOf(count: number, one: string, many: string): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

// An address edited by hand may hold anything: what is no time, or no number, is said as it stands.
const isInstant = (text: string) => !Number.isNaN(Date.parse(text));
const isDecimal = (text: string) => /^-?\d+(\.\d+)?$/.test(text);

/** An instant as wall clock in `zone`: `21 Nov 2026, 14:02`. */
export function formatInstant(instant: string, zone: string, locale = userLocale()): string {
  if (!isInstant(instant)) return instant;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }).format(new Date(instant));
}

/** The same to the second and with its zone, for tooltips. */
export function formatInstantExact(instant: string, zone: string, locale = userLocale()): string {
  if (!isInstant(instant)) return instant;
  return `${new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium', timeZone: zone }).format(new Date(instant))} ${zone}`;
}

/** The wall clock alone, to the second: `14:02:11`. */
/** The day on which an instant falls in a zone: `27 Nov 2026`. */
export function formatDay(instant: string, zone: string, locale = userLocale()): string {
  if (!isInstant(instant)) return instant;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: zone }).format(new Date(instant));
}

export function formatClock(instant: string, zone: string, locale = userLocale()): string {
  if (!isInstant(instant)) return instant;
  return new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone: zone }).format(new Date(instant));
}

const DAY_MS = 86_400_000;

/** `5 minutes ago` within a day of `now_ms`; null beyond, where only the absolute time helps. */
export function formatRelative(instant: string, nowMs: number, locale = userLocale()): string | null {
  const elapsedMs = nowMs - Date.parse(instant);
  if (Number.isNaN(elapsedMs) || elapsedMs >= DAY_MS || elapsedMs < -60_000) return null;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (elapsedMs < 60_000) return format.format(0, 'second');
  if (elapsedMs < 3_600_000) return format.format(-Math.floor(elapsedMs / 60_000), 'minute');
  return format.format(-Math.floor(elapsedMs / 3_600_000), 'hour');
}

/** `in 3 hours`, `in 6 days` of an instant to come; `now` when it is here or past. */
export function formatUntil(instant: string, nowMs: number, locale = userLocale()): string {
  const leftMs = Date.parse(instant) - nowMs;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  if (Number.isNaN(leftMs) || leftMs < 60_000) return format.format(0, 'second');
  if (leftMs < 3_600_000) return format.format(Math.floor(leftMs / 60_000), 'minute');
  if (leftMs < 2 * DAY_MS) return format.format(Math.floor(leftMs / 3_600_000), 'hour');
  return format.format(Math.floor(leftMs / DAY_MS), 'day');
}

/** `1 min 24 s` between two instants. */
export function formatDuration(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
