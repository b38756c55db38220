// What the reader should know of in a project, asked for again now and then, and the mark up to which it is read.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client';
import { FRAME } from '../use-counts';

const keyOf = (project: string) => [FRAME, 'notifications', project];

export function useNotifications(project: string) {
  return useQuery({
    queryKey: keyOf(project),
    queryFn: async ({ signal }) => (await api.GET('/api/v1/notifications', { params: { query: { project } }, signal })).data!,
    refetchInterval: 60_000,
  });
}

export function useRead(project: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (until: string) => (await api.POST('/api/v1/notifications/read', { params: { query: { project } }, body: { until } })).data!,
    onSuccess: (now) => queries.setQueryData(keyOf(project), now),
  });
}
