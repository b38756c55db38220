import type { States } from '../gallery/states';
import { outcomeWord, priceChangeState, PRICE_CHANGE_STATES, runState, targetState, TARGET_STATES } from '../shared/words';
import { Status } from './status';

const line = (words: ReturnType<typeof runState>[]) => (
  <ul style={{ display: 'flex', flexWrap: 'wrap', gap: '0.5rem' }}>
    {words.map((word) => (
      <li key={word.word}>
        <Status word={word} />
      </li>
    ))}
  </ul>
);

export const states: States = {
  'price-changes': () => line(PRICE_CHANGE_STATES.map(priceChangeState)),
  runs: () => line(['queued', 'applying', 'paused', 'stopping', 'applied', 'partially_applied', 'failed', 'rolled_back'].map(runState)),
  targets: () => line(TARGET_STATES.map(targetState)),
  outcomes: () => line(['raise', 'cut', 'same', 'blocked', 'skipped'].map(outcomeWord)),
  unknown: () => line([runState('something_newer')]),
};
