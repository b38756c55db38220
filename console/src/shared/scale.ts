// Where a value stands in a picture. The only place where the text of an amount becomes a binary number: what comes out is a
// distance on the screen, never shown as money and never sent anywhere. scripts/money/rule.mjs says which pictures may ask for it.

/** A scale from `least` to `most` of the values over `length` pixels, with a share of `room` on both sides. */
export function scaleOver(values: readonly string[], length: number, room = 0): (value: string) => number {
  const numbers = values.map(Number).filter(Number.isFinite);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const span = most - least || 1;
  const inner = length * (1 - 2 * room);
  return (value) => {
    const number = Number(value);
    if (!Number.isFinite(number) || numbers.length === 0) return length / 2;
    return most === least ? length / 2 : length * room + ((Math.min(Math.max(number, least), most) - least) / span) * inner;
  };
}
