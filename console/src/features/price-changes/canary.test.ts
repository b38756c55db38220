import { describe, expect, it } from 'vitest';
import { canaryFault, canaryRequest, NO_CANARY } from './canary';

describe('a first wave', () => {
  it('is not asked for unless somebody chose it', () => {
    expect(canaryRequest(NO_CANARY)).toBeNull();
    expect(canaryFault({ ...NO_CANARY, percent: 'all' })).toBeUndefined();
  });

  it('is a whole share from 1 to 99 percent', () => {
    const chosen = (percent: string) => ({ on: true, percent, wait: '1h' });
    expect(canaryRequest(chosen(' 5 '))).toEqual({ percent: 5, wait: '1h' });
    for (const percent of ['', '0', '100', '2.5', '-1', 'x']) {
      expect(canaryFault(chosen(percent)), percent).toBeDefined();
      expect(canaryRequest(chosen(percent))).toBeNull();
    }
  });
});
