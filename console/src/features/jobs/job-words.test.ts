import { describe, expect, it } from 'vitest';
import { cronInWords, JOB_STATES, jobState, mayCancel, mayRetry } from './job-words';

describe('a job', () => {
  it('may be tried again once it gave up or was cancelled', () => {
    expect(JOB_STATES.filter(mayRetry)).toEqual(['dead', 'cancelled']);
  });

  it('may be cancelled as long as its work is not done', () => {
    expect(JOB_STATES.filter(mayCancel)).toEqual(['queued', 'running', 'dead']);
  });

  it('in an unknown state keeps the word of the API', () => {
    expect(jobState('half_done').word).toBe('Half done');
  });
});

describe('a schedule', () => {
  it('is said as a sentence where it is plain', () => {
    expect(cronInWords('17 4 * * *')).toBe('Every day at 04:17');
    expect(cronInWords('0 9 * * 1')).toBe('Every Monday at 09:00');
    expect(cronInWords('0 * * * *')).toBe('Every hour');
    expect(cronInWords('*/5 * * * *')).toBe('Every 5 minutes');
    expect(cronInWords('* * * * *')).toBe('Every minute');
  });

  it('is left as it is written otherwise', () => {
    for (const cron of ['0 9 1 * *', '0 9 * 2 *', '0 9-17 * * 1-5', 'nonsense', '']) expect(cronInWords(cron)).toBe(cron);
  });
});
