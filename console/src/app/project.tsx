// The shop or brand that the page is about; the first part of every address.
import { createContext, useContext } from 'react';
import { $api, type Schemas } from '../api/client';

export type Project = Schemas['Project'];

export const projectsQuery = $api.queryOptions('get', '/api/v1/projects', {}, { staleTime: 300_000 });

const ProjectContext = createContext<Project | null>(null);

export const ProjectProvider = ProjectContext.Provider;

export function useProject(): Project {
  const project = useContext(ProjectContext);
  if (project === null) throw new Error('This page needs a project around it.');
  return project;
}
