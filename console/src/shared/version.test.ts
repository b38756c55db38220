import { expect, test } from 'vitest';
import { isNewer } from './version';

const page = (hash: string) => `<html><head><script src="/color-scheme.js"></script><script type="module" crossorigin src="/assets/index-${hash}.js"></script></head><body><div id="root"></div></body></html>`;

test('another script is another version', () => {
  expect(isNewer(page('a'), page('b'))).toBe(true);
  expect(isNewer(page('a'), page('a'))).toBe(false);
});

test('the page of a proxy is no version', () => {
  expect(isNewer(page('a'), '<html><script src="/login.js"></script></html>')).toBe(false);
  expect(isNewer(page('a'), '')).toBe(false);
});
