// Finds the part of the page that a stop speaks of, and marks it while the stop is open.
import { useEffect } from 'react';
import type { Stop } from './stops';

const MARK = 'data-tour-here';

export function findPart(root: ParentNode, look: Stop['look']): Element | null {
  if ('row' in look) return root.querySelector('main tbody tr');
  if ('heading' in look) {
    const heading = [...root.querySelectorAll('main h2')].find((each) => each.textContent?.trim().startsWith(look.heading));
    return heading?.closest('section') ?? null;
  }
  return [...root.querySelectorAll('main :is(button, a)')].find((each) => each.textContent?.trim().startsWith(look.control)) ?? null;
}

export function useLook(stop: Stop | undefined) {
  useEffect(() => {
    if (stop === undefined) return undefined;
    let marked: Element | null = null;
    const mark = () => {
      const part = findPart(document, stop.look);
      if (part === marked) return;
      marked?.removeAttribute(MARK);
      part?.setAttribute(MARK, '');
      marked = part;
    };
    mark();
    const observer = new MutationObserver(mark);
    observer.observe(document.getElementById('main') ?? document.body, { childList: true, subtree: true });
    return () => {
      observer.disconnect();
      marked?.removeAttribute(MARK);
    };
  }, [stop]);
}
