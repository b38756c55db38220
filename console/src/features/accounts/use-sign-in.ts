// Signing in with a password. What was typed stays when it fails.
import { useQueryClient } from '@tanstack/react-query';
import { $api } from '../../api/client';

export function useSignIn(onDone: () => void) {
  const queries = useQueryClient();
  return $api.useMutation('post', '/api/v1/session', {
    onSuccess: (me) => {
      queries.setQueryData($api.queryOptions('get', '/api/v1/session', {}).queryKey, me);
      onDone();
    },
  });
}
