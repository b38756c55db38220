// The filters of a page, kept in its address. Typing replaces the history entry, choosing adds one.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { decodeFilters, encodeFilters, type FilterShape, type FilterValues } from './url';

export function useFilters<S extends FilterShape>(shape: S) {
  const [params, setParams] = useSearchParams();
  const values = useMemo(() => decodeFilters(shape, params), [shape, params]);
  const change = useCallback(
    (next: Partial<FilterValues<S>>, how: 'choose' | 'type' = 'choose') =>
      setParams((current) => encodeFilters(shape, next, current), { replace: how === 'type', preventScrollReset: true }),
    [shape, setParams],
  );
  return { values, change };
}

/** A text filter that answers each key at once and reaches the address after a pause. */
export function useTypedFilter(value: string, commit: (value: string) => void, pauseMs = 250) {
  const [typed, setTyped] = useState(value);
  const committed = useRef(value);

  useEffect(() => {
    if (value === committed.current) return;
    committed.current = value;
    setTyped(value);
  }, [value]);

  useEffect(() => {
    if (typed === committed.current) return undefined;
    const timer = setTimeout(() => {
      committed.current = typed;
      commit(typed);
    }, pauseMs);
    return () => clearTimeout(timer);
  }, [typed, commit, pauseMs]);

  return [typed, setTyped] as const;
}
