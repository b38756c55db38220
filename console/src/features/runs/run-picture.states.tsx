import type { States } from '../../gallery/states';
import { runWith } from './fixture';
import { RunPicture } from './run-picture';

const run = runWith({ counts: { applied: 60, failed: 1, conflict: 4, applying: 10, queued: 25 } });
const trail = [0, 4, 11, 14, 13, 12, 9, 9.5, 9, 8, 9, 9, 8.5, 9];

export const states: States = {
  'limit-known': () => <RunPicture run={run} trail={trail} limit={100 / 11} />,
  'limit-unknown': () => <RunPicture run={run} trail={trail} limit={null} />,
  'far-below-the-limit': () => <RunPicture run={run} trail={trail} limit={1_000 / 11} />,
};
