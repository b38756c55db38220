import { describe, expect, it } from 'vitest';
import { placeOf } from './places';

describe('the page of a thing', () => {
  it('is known for what has one', () => {
    expect(placeOf('run', 'run_1')).toBe('runs/run_1');
    expect(placeOf('channel', 'chn_1')).toBe('connectors/chn_1');
    expect(placeOf('guardrails', 'gdv_1')).toBeNull();
  });
});
