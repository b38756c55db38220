// Each two rules that get in one another's way: in words, and where both select variants as a picture.
import type { Schemas } from '../../api/client';
import { formatCount } from '../../shared/format';
import { Glyph } from '../../ui/glyph';
import { isRestless, pairInWords } from './conflict-words';
import { PairFigure } from './pair-figure';
import styles from './check-rules.module.css';

type PairConflicts = Schemas['PairConflicts'];

/** More pictures than this are more than anybody reads; the rest stays in words. */
const PICTURES_MAX = 12;

export function Pairs({ pairs }: { pairs: PairConflicts[] }) {
  const said = pairs.filter((pair) => pairInWords(pair).length > 0).sort((a, b) => Number(isRestless(b)) - Number(isRestless(a)) || b.overlap - a.overlap);
  if (said.length === 0) return <p className={styles.quiet}>No two rules get in one another’s way here.</p>;
  return (
    <>
      {said.length > PICTURES_MAX && <p className={styles.quiet}>{formatCount(said.length)} pairs; the {PICTURES_MAX} that share most are drawn.</p>}
      <ul className={styles.pairs}>
        {said.map((pair, index) => (
          <li key={`${pair.first} ${pair.second}`} data-tone={isRestless(pair) ? 'warn' : undefined}>
            <Glyph name={isRestless(pair) ? 'warn' : 'conflict'} />
            <div className={styles.pair}>
              <strong>
                {pair.first} and {pair.second}
              </strong>
              {pair.overlap > 0 && index < PICTURES_MAX ? <PairFigure pair={pair} /> : <p>{pairInWords(pair).join(' ')}</p>}
            </div>
          </li>
        ))}
      </ul>
    </>
  );
}
