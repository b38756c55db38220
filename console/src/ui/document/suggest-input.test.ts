import { describe, expect, it } from 'vitest';
import { matching } from './suggest-input';

describe('what is suggested', () => {
  it('begins with the text before it only has it somewhere, and is not what stands there', () => {
    expect(matching(['Nordkamm', 'Kar', 'Oskar', 'Fjell'], 'kar')).toEqual(['Kar', 'Oskar']);
    expect(matching(['Kar', 'Karlo'], 'Kar')).toEqual(['Karlo']);
    expect(matching(Array.from({ length: 40 }, (_, index) => `v${index}`), '')).toHaveLength(12);
  });
});
