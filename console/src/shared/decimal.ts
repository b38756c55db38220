// Decimal texts compared digit by digit: amounts and percentages arrive as text and never become a binary fraction.

const parts = (decimal: string) => {
  const [whole = '', fraction = ''] = decimal.replace(/^[-+]/, '').split('.');
  return { negative: decimal.startsWith('-'), whole, fraction };
};

/** Negative when `a` is the smaller number, positive when it is the greater, zero when they are the same number. */
export function compareDecimals(a: string, b: string): number {
  const digits = Math.max(parts(a).fraction.length, parts(b).fraction.length);
  const scaled = (decimal: string) => {
    const { negative, whole, fraction } = parts(decimal);
    const size = BigInt(whole + fraction.padEnd(digits, '0') || '0');
    return negative ? -size : size;
  };
  const [left, right] = [scaled(a), scaled(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** `-12.50` → `12.50`. */
export const sizeOf = (decimal: string) => decimal.replace(/^[-+]/, '');

/** `12.50` → `12.5`, `12.00` → `12`: for scales, where the digits behind say nothing. */
export const withoutZeros = (decimal: string) => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal);
