import { describe, expect, it } from 'vitest';
import { readTrace } from './trace';

describe('an explain trace', () => {
  it('is read step by step, amounts untouched', () => {
    const text = '{"schema":"trace.v1","steps":[{"kind":"percent","input":"249.00","output":"166.83","reason":"-33 %"},{"kind":"floor","verdict":"passed","reason":"not below 60.00 EUR"}]}';
    expect(readTrace(text)).toEqual([
      { kind: 'percent', input: '249.00', output: '166.83', reason: '-33 %', verdict: null },
      { kind: 'floor', input: null, output: null, reason: 'not below 60.00 EUR', verdict: 'passed' },
    ]);
  });

  it('that is something else is left to be shown as it is stored', () => {
    for (const text of ['', 'not json', '42', '{}', '{"steps":1}']) expect(readTrace(text)).toBeNull();
  });
});
