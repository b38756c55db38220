import { describe, expect, it } from 'vitest';
import { commandOf, curlOf } from './copy-as';
import { quoted } from './shell';

describe('the same list elsewhere', () => {
  it('is a call that asks for the same', () => {
    expect(curlOf('http://calibr.test', '/api/v1/catalog/variants', { project: 'demo', q: 'a b&c', tag: '' })).toBe(
      `curl -H "Authorization: Bearer $CALIBR_TOKEN" 'http://calibr.test/api/v1/catalog/variants?project=demo&q=a+b%26c'`,
    );
    expect(curlOf('http://calibr.test', '/api/v1/projects', {})).toBe('curl -H "Authorization: Bearer $CALIBR_TOKEN" http://calibr.test/api/v1/projects');
  });

  it('is a command with the same filters', () => {
    expect(commandOf('catalog ls', { query: '', vendor: "Kim's", tag: 'rain' })).toBe(`calibr catalog ls --vendor 'Kim'\\''s' --tag rain`);
  });
});

describe('a word of a shell', () => {
  it('is quoted where it must be', () => {
    expect(quoted('TE-001')).toBe('TE-001');
    expect(quoted('a b')).toBe("'a b'");
    expect(quoted("it's; rm")).toBe("'it'\\''s; rm'");
    expect(quoted('')).toBe("''");
  });
});
