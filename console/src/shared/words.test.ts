import { expect, test } from 'vitest';
import { actionInWords, commentKind } from './words';

test('an act of the audit is a sentence behind who did it', () => {
  expect(actionInWords('price_change.approved')).toBe('approved the price change');
  expect(actionInWords('run.rolled_back')).toBe('rolled back the run');
  expect(actionInWords('odd')).toBe('Odd');
});

test('what a comment asks for has its own word', () => {
  expect(commentKind('changes_asked').word).toBe('Asks for changes');
  expect(commentKind('something_new').word).toBe('Something new');
});
