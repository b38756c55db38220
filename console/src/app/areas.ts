// The areas of the console, in the order of the rail. The palette and the keys lead to the same places.
import type { IconName } from './icons';

export type CountName = 'approvals' | 'runs' | 'drifts' | 'deadLetters';

export interface Area {
  /** Below the project; empty for Home. */
  path: string;
  icon: IconName;
  label: string;
  /** After `g`. */
  letter?: string;
  /** The number that stands beside it when there is one. */
  count?: CountName;
}

export interface AreaGroup {
  title: string;
  areas: Area[];
}

export const areaGroups: AreaGroup[] = [
  {
    title: 'Prices',
    areas: [
      { path: '', icon: 'home', label: 'Home', letter: 'h' },
      { path: 'catalog', icon: 'catalog', label: 'Catalogue', letter: 'c' },
      { path: 'rules', icon: 'rules', label: 'Rules', letter: 'r' },
      { path: 'guardrails', icon: 'guardrails', label: 'Guardrails', letter: 'b' },
      { path: 'price-changes', icon: 'price-changes', label: 'Price changes', letter: 'p' },
      { path: 'approvals', icon: 'approvals', label: 'Approvals', letter: 'a', count: 'approvals' },
    ],
  },
  {
    title: 'Watch',
    areas: [
      { path: 'runs', icon: 'runs', label: 'Runs', letter: 'u', count: 'runs' },
      { path: 'drift', icon: 'drift', label: 'Drift', letter: 'd', count: 'drifts' },
      { path: 'audit', icon: 'audit', label: 'Audit', letter: 'l' },
    ],
  },
  {
    title: 'Operate',
    areas: [
      { path: 'connectors', icon: 'connectors', label: 'Connectors', letter: 'n' },
      { path: 'events', icon: 'events', label: 'Events', letter: 'e' },
      { path: 'jobs', icon: 'jobs', label: 'Jobs', letter: 'j' },
      { path: 'webhooks', icon: 'webhooks', label: 'Webhooks', letter: 'w' },
      { path: 'settings', icon: 'settings', label: 'Settings', letter: 's' },
    ],
  },
];

export const areas: Area[] = areaGroups.flatMap((group) => group.areas);

export function addressOf(project: string, area: Area): string {
  return `/${project}${area.path === '' ? '' : `/${area.path}`}`;
}

/** Whether the page shown belongs to the area. */
export function isCurrent(area: Area, project: string, pathname: string): boolean {
  const base = addressOf(project, area);
  return pathname === base || (area.path === '' ? pathname === `${base}/` : pathname.startsWith(`${base}/`));
}

/** The same area in another project; a single thing there is not in the other, so its list is meant. */
export function sameAreaIn(project: string, pathname: string): string {
  const area = pathname.split('/')[2] ?? '';
  return area !== '' && areas.some((known) => known.path === area) ? `/${project}/${area}` : `/${project}`;
}
