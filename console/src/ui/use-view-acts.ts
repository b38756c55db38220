// What one does to saved views. A view is renamed by saving it under the new name and then deleting the old one.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { api, type Schemas } from '../api/client';
import { useProject } from '../app/project';
import { notify } from '../shared/notices';
import { VIEW } from '../shared/views';

type SavedView = Schemas['SavedView'];

export function useViewActs(list: string, onNamed: (id: string) => void) {
  const project = useProject();
  const queries = useQueryClient();
  const [params, setParams] = useSearchParams();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<{ problem: unknown; notDone: string } | null>(null);
  const here = params.get(VIEW);

  /** Whether it was done. Whatever was, the list of views is asked for anew. */
  const doing = async (notDone: string, act: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    setFailure(null);
    try {
      await act();
      return true;
    } catch (problem) {
      setFailure({ problem, notDone });
      return false;
    } finally {
      await queries.invalidateQueries({ queryKey: ['get', '/api/v1/views'] });
      setBusy(false);
    }
  };
  const store = async (name: string, query: string): Promise<SavedView> => {
    const { data } = await api.POST('/api/v1/views', { params: { query: { project: project.slug } }, body: { list, name, query } });
    return data!;
  };
  const forget = (view: SavedView) => api.DELETE('/api/v1/views/{id}', { params: { path: { id: view.id } } });
  const name = (id: string | null) => {
    if (id !== null) onNamed(id);
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (id === null) next.delete(VIEW);
        else next.set(VIEW, id);
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  };

  return {
    busy,
    problem: failure?.problem,
    notDone: failure?.notDone ?? '',
    save: (title: string, query: string) =>
      doing('The view was not saved.', async () => {
        const saved = await store(title, query);
        name(saved.id);
        notify({ tone: 'ok', text: `Saved the view “${title}”.` });
      }),
    rename: (view: SavedView, title: string) =>
      doing('The old name still stands; the new one may stand beside it.', async () => {
        const renamed = await store(title, view.query);
        await forget(view);
        if (here === view.id) name(renamed.id);
        notify({ tone: 'ok', text: `The view “${view.name}” is now “${title}”.` });
      }),
    remove: (view: SavedView) =>
      doing('The view was not deleted.', async () => {
        await forget(view);
        if (here === view.id) name(null);
        notify({ tone: 'ok', text: `Deleted the view “${view.name}”.` });
      }),
  };
}
