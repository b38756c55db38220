import { describe, expect, it } from 'vitest';
import { density } from './density';

describe('how dense records lie', () => {
  it('counts each record in exactly one span, whatever the spans', () => {
    const instants = Array.from({ length: 97 }, (_, index) => new Date(1_790_000_000_000 + index * index * 7_919).toISOString());
    for (const spans of [1, 2, 7, 24, 50]) {
      const found = density(instants, spans);
      expect(found).toHaveLength(spans);
      expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(97);
      for (let index = 1; index < found.length; index += 1) expect(found[index]!.fromMs).toBe(found[index - 1]!.toMs);
    }
  });

  it('has one span for a single instant, and none for nothing', () => {
    expect(density(['2026-11-21T12:00:00.000Z', '2026-11-21T12:00:00.000Z'], 24)).toEqual([{ fromMs: Date.parse('2026-11-21T12:00:00Z'), toMs: Date.parse('2026-11-21T12:00:00Z') + 1, count: 2 }]);
    expect(density([], 24)).toEqual([]);
    expect(density(['nonsense'], 24)).toEqual([]);
  });
});
