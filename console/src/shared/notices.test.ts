import { expect, test } from 'vitest';
import { dismiss, noticesNow, notify, onNotices } from './notices';

test('notices are kept, heard of, not repeated, and few', () => {
  let heard = 0;
  const stop = onNotices(() => (heard += 1));
  const first = notify({ tone: 'ok', text: 'Saved.' });
  notify({ tone: 'ok', text: 'Saved.' });
  expect(noticesNow().map((notice) => notice.text)).toEqual(['Saved.']);
  expect(noticesNow()[0]?.id).not.toBe(first);
  for (const text of ['a', 'b', 'c', 'd']) notify({ tone: 'error', text });
  expect(noticesNow().map((notice) => notice.text)).toEqual(['a', 'b', 'c', 'd']);
  for (const notice of noticesNow()) dismiss(notice.id);
  expect(noticesNow()).toEqual([]);
  expect(heard).toBe(10);
  stop();
});
