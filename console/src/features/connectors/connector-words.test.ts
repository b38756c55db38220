import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { domainFault, lagInWords, readingInWords, stepsOf, worstOf } from './connector-words';

const health: Schemas['ChannelHealth'] = {
  state: 'connected',
  answers: true,
  scopes: ['read_products', 'write_products'],
  missing_scopes: [],
  budget: { available: 1_900, maximum: 2_000, per_second: 100 },
  last_read_at: '2026-11-21T12:00:00Z',
  last_webhook_at: '2026-11-21T12:00:00Z',
  webhook_lag_ms: 240,
  webhooks_waiting: 0,
};

const states = (part: Partial<typeof health>) => stepsOf({ ...health, ...part }).map(({ state }) => state);

describe('testing a connection', () => {
  it('finds all in order', () => {
    expect(states({})).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok']);
    expect(worstOf(stepsOf(health))).toBe('ok');
  });

  it('says why a shop did not answer, and does not guess at the rest', () => {
    const steps = stepsOf({ ...health, answers: false, problem: 'HTTP 402: the shop is frozen', scopes: [], budget: null });
    expect(steps[0]).toEqual({ name: 'The shop answers', state: 'failed', detail: 'HTTP 402: the shop is frozen' });
    expect(steps.slice(1, 3).map(({ state }) => state)).toEqual(['unknown', 'unknown']);
    expect(worstOf(steps)).toBe('failed');
  });

  it('names what is missing', () => {
    const [, scopes] = stepsOf({ ...health, missing_scopes: ['write_products'] });
    expect(scopes).toMatchObject({ state: 'failed' });
    expect(scopes?.detail).toContain('write_products');
  });

  it('warns of a low bucket, slow or no webhooks, many that wait, and a catalogue never read', () => {
    expect(states({ budget: { available: 100, maximum: 2_000, per_second: 100 } })[2]).toBe('warn');
    expect(states({ webhook_lag_ms: 61_000 })[3]).toBe('warn');
    expect(states({ last_webhook_at: null, webhook_lag_ms: null })[3]).toBe('warn');
    expect(states({ webhooks_waiting: 101 })[4]).toBe('warn');
    expect(states({ last_read_at: null })[5]).toBe('warn');
  });
});

describe('in words', () => {
  it('a lag', () => {
    expect([240, 2_440, 180_000].map(lagInWords)).toEqual(['240 ms', '2.4 s', '3 min']);
  });

  it('a domain', () => {
    expect(domainFault(' nordlys.myshopify.com ')).toBeUndefined();
    for (const text of ['', 'nordlys', 'https://nordlys.myshopify.com', 'nordlys.example.com']) expect(domainFault(text), text).toBeDefined();
  });
});

describe('how far a reading is', () => {
  it('says whose turn it is, and never more than there is', () => {
    expect(readingInWords({ stage: 'gathering', done: 12_400, expected: 50_000 })).toBe('The shop is putting its catalogue together: 12,400 of about 50,000 products and variants.');
    expect(readingInWords({ stage: 'reading', done: 50_120, expected: 50_000 })).toBe('Read so far: 50,120 of about 50,120 products and variants.');
  });

  it('does without what nobody knows', () => {
    expect(readingInWords({ stage: 'reading', done: 1 })).toBe('Read so far: 1 product or variant.');
  });
});
