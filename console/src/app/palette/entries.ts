// What the palette offers: places to go to, acts, and things found by name or id.
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { api } from '../../api/client';
import { kindOfId, pageOfId } from '../../shared/ids';
import { runKind, runState, priceChangeState } from '../../shared/words';
import { addressOf, areas } from '../areas';
import type { IconName } from '../icons';
import { answering } from './match';

export interface Entry {
  id: string;
  icon: IconName;
  label: string;
  /** Beside the label: what it is, or which keys do the same. */
  aside?: string;
  /** More words to be found by. */
  also?: string;
  to?: string;
  act?: () => void;
}

export interface EntryGroup {
  title: string;
  entries: Entry[];
}

const PER_GROUP = 6;

export function placesIn(project: string): Entry[] {
  return areas.map((area) => ({
    id: `go ${area.label}`,
    icon: area.icon,
    label: area.label,
    to: addressOf(project, area),
    also: 'go to open page',
    ...(area.letter && { aside: `g ${area.letter}` }),
  }));
}

export function fitting(entries: Entry[], typed: string): Entry[] {
  return answering(entries, typed, (entry) => `${entry.label} ${entry.also ?? ''}`);
}

/** An id in full needs no search. */
export function byId(project: string, typed: string): Entry[] {
  const to = pageOfId(project, typed);
  const kind = kindOfId(typed);
  return to && kind ? [{ id: typed, icon: 'go', label: typed.trim(), aside: `Open ${kind.one}`, to }] : [];
}

export interface Found {
  groups: EntryGroup[];
  busy: boolean;
  failed: boolean;
  /** Whether more have the name than are given. */
  more: boolean;
  /** What was looked through of kinds that have more, such as `the newest 100 runs`. */
  partly: string[];
}

/** How many of a kind that the server does not search are looked through. */
const LOOKED_THROUGH = 100;

/** Things of the project whose name has what was typed: variants by the server, the rest among those that it lists first. */
export function useFound(project: string, typed: string): Found {
  const asked = typed.trim();
  const on = asked.length >= 2 && kindOfId(asked) === null;
  const variants = useQuery({
    queryKey: ['palette', 'variants', project, asked],
    queryFn: async ({ signal }) => (await api.GET('/api/v1/catalog/variants', { params: { query: { project, q: asked, limit: PER_GROUP } }, signal })).data!,
    enabled: on,
  });
  const query = { project, limit: LOOKED_THROUGH };
  const changes = useListed(['price-changes', project], on, async (signal) => (await api.GET('/api/v1/price-changes', { params: { query }, signal })).data!);
  const rules = useListed(['rules', project], on, async (signal) => (await api.GET('/api/v1/rules', { params: { query }, signal })).data!);
  const runs = useListed(['runs', project], on, async (signal) => (await api.GET('/api/v1/runs', { params: { query }, signal })).data!);
  const queries = [variants, changes, rules, runs];
  if (!on) return { groups: [], busy: false, failed: false, more: false, partly: [] };

  const group = (title: string, entries: Entry[]): EntryGroup => ({ title, entries: fitting(entries, asked) });
  const groups: EntryGroup[] = [
    group('Price changes', (changes.data?.data ?? []).map((one) => ({ id: one.id, icon: 'price-changes', label: one.title, aside: priceChangeState(one.state).word, to: `/${project}/price-changes/${one.id}` }))),
    group('Rules', (rules.data?.data ?? []).map((one) => ({ id: one.id, icon: 'rules', label: one.name, aside: `v${one.version}`, to: `/${project}/rules/${one.id}` }))),
    group('Runs', (runs.data?.data ?? []).map((one) => ({ id: one.id, icon: 'runs', label: one.title, aside: `${runKind(one.kind)}, ${runState(one.state).word.toLowerCase()}`, to: `/${project}/runs/${one.id}` }))),
    // The server has searched more than the label, such as the vendor.
    { title: 'Variants', entries: (variants.data?.data ?? []).map((one) => ({ id: one.id, icon: 'catalog', label: `${one.product_title} · ${one.title}`, aside: one.sku, to: `/${project}/catalog/${one.id}` })) },
  ];
  // As the server orders its lists.
  const listed = [
    { first: `the newest ${LOOKED_THROUGH} price changes`, data: changes.data },
    { first: `the oldest ${LOOKED_THROUGH} rules`, data: rules.data },
    { first: `the newest ${LOOKED_THROUGH} runs`, data: runs.data },
  ];
  return {
    groups: groups.map(({ title, entries }) => ({ title, entries: entries.slice(0, PER_GROUP) })),
    more: variants.data?.has_more === true || groups.some(({ entries }) => entries.length > PER_GROUP),
    partly: listed.flatMap(({ first, data }) => (data?.has_more ? [first] : [])),
    busy: queries.some((each) => each.isFetching),
    failed: queries.some((each) => each.isError),
  };
}

interface Listed<T> {
  data: T[];
  has_more: boolean;
}

function useListed<T>(key: string[], on: boolean, load: (signal: AbortSignal) => Promise<Listed<T>>): UseQueryResult<Listed<T>> {
  return useQuery({ queryKey: ['palette', ...key], queryFn: ({ signal }) => load(signal), enabled: on, staleTime: 15_000 });
}
