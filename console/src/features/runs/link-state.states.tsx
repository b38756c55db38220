import { NOW } from '../../gallery/clock';
import type { States } from '../../gallery/states';
import { LinkState } from './link-state';
import { startLive, type Live } from './live';

const shown = (live: Partial<Live>) => () => <LinkState live={{ ...startLive, ...live }} settled={false} />;
const nowMs = Date.parse(NOW);

export const states: States = {
  connecting: shown({}),
  live: shown({ link: 'live' }),
  lost: shown({ link: 'lost', heardAtMs: nowMs - 37_000, retryAtMs: nowMs + 4_000 }),
  trying: shown({ link: 'lost', heardAtMs: nowMs - 41_000, retryAtMs: nowMs }),
};
