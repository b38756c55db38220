// Where in a text a fault lies that the server found.
import type { FieldFault } from '../api/problem';

/** A fault with its line in the text, when the server named one. */
export interface PlacedFault {
  line: number | null;
  pointer: string;
  detail: string;
}

/** The server's detail begins with `line N:` for a fault in a text; the rest is for people. */
export function placedFault(fault: FieldFault): PlacedFault {
  const found = /^line (\d+)(?:, column \d+)?: (.*)$/s.exec(fault.detail);
  if (!found) return { line: null, pointer: fault.pointer, detail: fault.detail };
  return { line: Number(found[1]), pointer: fault.pointer, detail: found[2] ?? '' };
}

/** From where to where a line reaches in a text. Lines count from 1. */
export function lineSpan(text: string, line: number): [start: number, end: number] {
  const lines = text.split('\n');
  const index = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, index).reduce((sum, each) => sum + each.length + 1, 0);
  return [start, start + (lines[index]?.length ?? 0)];
}
