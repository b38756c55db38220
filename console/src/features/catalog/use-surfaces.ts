// The price surfaces of the project, and the one that the address names.
import { useSearchParams } from 'react-router';
import { $api } from '../../api/client';
import { useProject } from '../../app/project';
import { BASE, surfaceAsked } from './surfaces';

export function useSurfaces() {
  const project = useProject();
  return $api.useQuery('get', '/api/v1/surfaces', { params: { query: { project: project.slug } } }, { staleTime: 60_000 });
}

export function useChosenSurface() {
  const [params, setParams] = useSearchParams();
  const surfaces = useSurfaces().data?.data;
  const choose = (name: string) =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current);
        if (name === BASE) next.delete('surface');
        else next.set('surface', name);
        return next;
      },
      { preventScrollReset: true },
    );
  return { surface: surfaceAsked(surfaces, params.get('surface') ?? ''), surfaces: surfaces ?? [], choose };
}
