// How the variants that two rules both select are divided between them.
import type { Schemas } from '../../api/client';

export interface Share {
  kind: 'first' | 'together' | 'second' | 'neither';
  name: string;
  count: number;
  /** Where it begins and how much it is, of the whole. */
  from: number;
  size: number;
}

type Divided = Pick<Schemas['PairConflicts'], 'first' | 'second' | 'overlap' | 'first_wins' | 'second_wins' | 'together'>;

/** Those that hold anything, in order; together they are the whole. */
export function sharesOf({ first, second, overlap, first_wins, second_wins, together }: Divided): Share[] {
  const parts: [Share['kind'], string, number][] = [
    ['first', `${first} wins`, first_wins],
    ['together', 'both take part', together],
    ['second', `${second} wins`, second_wins],
    ['neither', 'another rule wins', overlap - first_wins - second_wins - together],
  ];
  let from = 0;
  return parts
    .filter(([, , count]) => count > 0)
    .map(([kind, name, count]) => {
      const share = { kind, name, count, from, size: count / overlap };
      from += share.size;
      return share;
    });
}
