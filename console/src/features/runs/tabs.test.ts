import { describe, expect, it } from 'vitest';
import { joinTabs } from './tabs';

interface Said {
  text: string;
}

/** A browser of several tabs: messages reach all but the sender, a lock is held by one at a time, in the order of asking. */
function browser() {
  const channels: { onmessage: ((message: { data: unknown }) => void) | null }[] = [];
  let queue: Promise<unknown> = Promise.resolve();
  return () => {
    const own = {
      onmessage: null as ((message: { data: unknown }) => void) | null,
      postMessage: (data: unknown) => channels.filter((other) => other !== own).forEach((other) => other.onmessage?.({ data })),
      close: () => channels.splice(channels.indexOf(own), 1),
    };
    channels.push(own);
    const request = <T>(_: string, { signal }: { signal: AbortSignal }, act: () => Promise<T>) => {
      const turn = queue.then(() => (signal.aborted ? Promise.reject(new Error('aborted')) : act()));
      queue = turn.catch(() => undefined);
      return turn;
    };
    return { locks: { request }, channel: own };
  };
}

function tab(means: ReturnType<ReturnType<typeof browser>>) {
  const heard: string[] = [];
  const tabs = joinTabs<Said>('run', (said) => heard.push(said.text), () => ({ text: 'as of now' }), means);
  return { heard, tabs };
}

const never = new AbortController().signal;

describe('tabs that follow the same run', () => {
  it('read one at a time, and the next takes over when the first leaves', async () => {
    const open = browser();
    const [first, second] = [tab(open()), tab(open())];
    const order: string[] = [];
    let leave = () => {};
    const reading = first.tabs.lead(never, () => new Promise((done) => ((leave = done), order.push('first'))));
    const waiting = second.tabs.lead(never, async () => void order.push('second'));
    await Promise.resolve();
    await Promise.resolve();
    expect(order).toEqual(['first']);
    leave();
    await Promise.all([reading, waiting]);
    expect(order).toEqual(['first', 'second']);
  });

  it('are told what the reading one hears, and who comes later how it stands', async () => {
    const open = browser();
    const [first, second] = [tab(open()), tab(open())];
    let late: ReturnType<typeof tab> | undefined;
    await first.tabs.lead(never, async () => {
      first.tabs.tell({ text: 'half' });
      late = tab(open());
    });
    expect(second.heard[0]).toBe('half');
    expect(late?.heard).toEqual(['as of now']);
    expect(first.heard).toEqual([]);
  });

  it('give up waiting without a fuss', async () => {
    const open = browser();
    const left = new AbortController();
    left.abort();
    let read = false;
    await tab(open()).tabs.lead(left.signal, async () => void (read = true));
    expect(read).toBe(false);
  });

  it('read for themselves where they cannot know of each other', async () => {
    let read = 0;
    const alone = joinTabs<Said>('run', () => {}, () => null, { locks: undefined, channel: null });
    await alone.lead(never, async () => void (read += 1));
    alone.tell({ text: 'nobody hears' });
    alone.leave();
    expect(read).toBe(1);
  });
});
