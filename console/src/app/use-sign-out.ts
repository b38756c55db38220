// Signing out. Nothing that the person saw is left behind for the next one.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { api } from '../api/client';
import { notify } from '../shared/notices';

export function useSignOut() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return async () => {
    try {
      await api.DELETE('/api/v1/session', {});
    } catch {
      notify({ tone: 'error', text: 'You are still signed in: the server did not take it. Try again before you leave this computer.' });
      return;
    }
    queries.clear();
    await navigate('/login');
  };
}
