import { describe, expect, it } from 'vitest';
import { wrapped } from './wrapped';

describe('text in a picture', () => {
  it('stays in one line while there is room', () => {
    expect(wrapped('Nothing against it', 18, 3)).toEqual(['Nothing against it']);
    expect(wrapped('', 18, 3)).toEqual(['']);
  });

  it('breaks between words, and inside one that is too long', () => {
    expect(wrapped('Somebody other than the author', 14, 3)).toEqual(['Somebody other', 'than the', 'author']);
    expect(wrapped('anastasia.longname@example.test', 14, 3)).toEqual(['anastasia.long', 'name@example.t', 'est']);
  });

  it('says where it goes on when there is no room', () => {
    expect(wrapped('ana@demo.test, kim@demo.test, jo@demo.test', 14, 2)).toEqual(['ana@demo.test,', 'kim@demo.test…']);
    for (const length of [0, 1, 5, 40]) for (const line of wrapped('one two three four five six', length, 2)) expect(line.length).toBeLessThanOrEqual(Math.max(2, length));
  });

  it('loses nothing where there is room for all', () => {
    const text = 'Somebody other than the author';
    for (let length = 2; length < 32; length += 1) expect(wrapped(text, length, 99).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
  });
});
