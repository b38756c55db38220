import { describe, expect, it } from 'vitest';
import { readTrace } from './trace';

describe('an explain trace', () => {
  it('is read step by step, amounts untouched', () => {
    const text = '{"schema":"trace.v1","steps":[{"kind":"percent","input":"249.00","output":"166.83","reason":"-33 %"},{"kind":"floor","verdict":"near","value":"61.00","limit":"60.00","reason":"not below"}]}';
    expect(readTrace(text)).toEqual([
      { kind: 'percent', input: '249.00', output: '166.83', reason: '-33 %', verdict: null, value: null, limit: null },
      { kind: 'floor', input: null, output: null, reason: 'not below', verdict: 'near', value: '61.00', limit: '60.00' },
    ]);
  });

  it('that is something else is left to be shown as it is stored', () => {
    for (const text of ['', 'not json', '42', '{}', '{"steps":1}']) expect(readTrace(text)).toBeNull();
  });
});
