import { describe, expect, it } from 'vitest';
import { runWith } from './fixture';
import { formatWait, stagesOf } from './stages';

const states = (run: Parameters<typeof stagesOf>[0]) => stagesOf(run).map((stage) => `${stage.name}: ${stage.state}`);
const canary = { percent: 5, targets: 5, wait_s: 600 };

describe('the stages of a run', () => {
  it('begin with waiting for the shop', () => {
    expect(states(runWith({ state: 'queued', counts: { queued: 100 } }))).toEqual(['Begin: now', 'Write: next', 'Read back: next']);
  });

  it('say what is under way, and that a pause holds it', () => {
    const counts = { queued: 60, applied: 40, verified: 20 };
    expect(states(runWith({ counts }))).toEqual(['Begin: done', 'Write: now', 'Read back: now']);
    expect(states(runWith({ counts, state: 'paused' }))).toEqual(['Begin: done', 'Write: held', 'Read back: held']);
  });

  it('end done when everything was written and read back', () => {
    const run = runWith({ state: 'applied', settled: true, counts: { applied: 100, verified: 100 } });
    expect(states(run)).toEqual(['Begin: done', 'Write: done', 'Read back: done']);
  });

  it('are cut short by a stop', () => {
    const run = runWith({ state: 'partially_applied', settled: true, note: 'The phones ring', counts: { applied: 6, skipped: 94, verified: 6 } });
    expect(states(run)).toEqual(['Begin: done', 'Write: cut', 'Read back: done']);
  });

  it('have a first wave, its watch and the rest', () => {
    const name = (stage: string, verdict?: string) => states(runWith({ stage, canary: { ...canary, ...(verdict ? { verdict } : {}) }, counts: { queued: 95, applied: 5, verified: 5 } }));
    expect(name('canary')).toEqual(['Begin: done', 'First wave: now', 'Watch: next', 'The rest: next', 'Read back: now']);
    expect(name('soak')).toEqual(['Begin: done', 'First wave: done', 'Watch: now', 'The rest: next', 'Read back: next']);
    expect(name('rest', 'pass')).toEqual(['Begin: done', 'First wave: done', 'Watch: done', 'The rest: now', 'Read back: now']);
  });

  it('end where a first wave failed', () => {
    const run = runWith({ state: 'rolled_back', stage: 'soak', settled: true, canary: { ...canary, verdict: 'fail' }, counts: { rolled_back: 5, skipped: 95 } });
    expect(states(run)).toEqual(['Begin: done', 'First wave: done', 'Watch: cut', 'The rest: cut', 'Read back: done']);
  });
});

describe('a wait', () => {
  it('is said in its largest whole unit', () => {
    expect([30, 600, 3_600, 5_400, 86_400].map(formatWait)).toEqual(['30 s', '10 min', '1 h', '90 min', '1 d']);
  });
});
