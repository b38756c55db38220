// Cursor pages as one growing list. Old rows stay while a new filter loads.
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { PagedQuery } from '../ui/list';

export interface PageOf<T> {
  data: T[];
  has_more: boolean;
  next_cursor?: string | null;
}

export function usePages<T>(options: {
  key: readonly unknown[];
  load: (cursor: string | undefined, signal: AbortSignal) => Promise<PageOf<T>>;
  enabled?: boolean;
  refetchIntervalMs?: number | false;
}): PagedQuery<T> {
  const query = useInfiniteQuery({
    queryKey: options.key,
    queryFn: ({ pageParam, signal }) => options.load(pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.has_more ? (page.next_cursor ?? undefined) : undefined),
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchIntervalMs ?? false,
  });
  return {
    rows: query.data?.pages.flatMap((page) => page.data),
    error: query.error,
    busy: query.isFetching && !query.isFetchingNextPage,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
}
