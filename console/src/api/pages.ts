// Cursor pages as one growing list. Old rows stay while a new filter loads, and when it cannot be loaded.
import { infiniteQueryOptions, keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { PagedQuery } from '../ui/list';
import { queryClient } from './client';

export interface PageOf<T> {
  data: T[];
  has_more: boolean;
  next_cursor?: string | null;
}

export interface Pages<T> {
  key: readonly unknown[];
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<PageOf<T>>;
  /** How long what has come is taken as it is. A plan's rows never change, and asking for a hundred pages again is dear. */
  freshMs?: number;
}

function pagesQuery<T>({ key, load, freshMs }: Pages<T>) {
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => load(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.has_more ? (page.next_cursor ?? undefined) : undefined),
    ...(freshMs === undefined ? {} : { staleTime: freshMs }),
  });
}

/** Asks for the first page before anything shows it. */
export const beginPages = <T>(pages: Pages<T>) => queryClient.prefetchInfiniteQuery(pagesQuery(pages));

export function usePages<T>(options: Pages<T> & { enabled?: boolean; refetchIntervalMs?: number | false }): PagedQuery<T> {
  const query = useInfiniteQuery({
    ...pagesQuery(options),
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchIntervalMs ?? false,
  });
  const { data, fetchNextPage, refetch } = query;
  // The first two parts of a key say which list of which project it is; rows of another one are never kept.
  const list = options.key.slice(0, 2).join(' ');
  const last = useRef<{ list: string; data: typeof data }>({ list, data: undefined });
  useEffect(() => {
    if (data !== undefined) last.current = { list, data };
  }, [list, data]);
  const shown = data ?? (query.error !== null && last.current.list === list ? last.current.data : undefined);
  return {
    rows: useMemo(() => shown?.pages.flatMap((page) => page.data), [shown]),
    error: query.error,
    busy: query.isFetching && !query.isFetchingNextPage,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: useCallback(() => void fetchNextPage({ cancelRefetch: false }), [fetchNextPage]),
    retry: useCallback(() => void refetch(), [refetch]),
  };
}
