// The seven stops of the guided tour: what one sees there, what to do, and how the console knows that it was done.

/** What has happened so far, as the server and the address say. */
export interface Seen {
  path: string;
  rules: number;
  /** The price change planned on the way, and its state. */
  change: string | null;
  state: string | null;
  traced: boolean;
}

export interface Stop {
  id: string;
  title: string;
  text: string;
  act: string;
  /** Below the project; `change` is the page of the planned price change, `changes` the rows on it. */
  place: 'catalog' | 'rules/new' | 'price-changes/new' | 'change' | 'changes';
  /** The part of the page to look at: a heading, or the beginning of a button's or link's words. */
  look: { heading: string } | { control: string } | { row: true };
  /** Which role it takes at least. */
  role: 'viewer' | 'editor' | 'approver';
}

export const stops: [Stop, Stop, Stop, Stop, Stop, Stop, Stop] = [
  {
    id: 'shop',
    title: 'A shop is connected',
    text: 'Calibr has read every variant of the shop with its price, and hears of each change there. Nothing is written to the shop yet.',
    act: 'Look through the catalogue, then go on.',
    place: 'catalog',
    look: { heading: 'Variants' },
    role: 'viewer',
  },
  {
    id: 'rule',
    title: 'A rule says which prices change, and how',
    text: 'A rule has a selection, one or more steps, and its own limits. The preview beside it is computed from the real catalogue while you write, and writes nothing.',
    act: 'Start from the example or write your own, and push the rule.',
    place: 'rules/new',
    look: { control: 'Push the rule' },
    role: 'editor',
  },
  {
    id: 'plan',
    title: 'A plan shows what would happen',
    text: 'A plan is computed once and then frozen: so many prices up, so many down, by how much. The bars show the spread of the changes; pressing one narrows the rows to it.',
    act: 'Choose the rule, give the price change a title, compute the plan, and read the bars.',
    place: 'price-changes/new',
    look: { heading: 'What will happen' },
    role: 'editor',
  },
  {
    id: 'why',
    title: 'Every price says why',
    text: 'Each row keeps the steps that led to its price, with the value before and after each, and every guardrail that was asked. A row that a guardrail stopped is marked as blocked and is never written.',
    act: 'Open a row of the plan and read its steps.',
    place: 'changes',
    look: { row: true },
    role: 'viewer',
  },
  {
    id: 'approval',
    title: 'Somebody else approves',
    text: 'Whoever planned a price change cannot approve it. The box lists every reason for and against, and approval signs exactly the rows of this plan.',
    act: 'Sign in as somebody who may approve, and approve the price change.',
    place: 'change',
    look: { heading: 'Can this be applied?' },
    role: 'approver',
  },
  {
    id: 'run',
    title: 'The run is watched live',
    text: 'Calibr reads each price before it writes it, and reads it back afterwards. A price that somebody changed in the meantime is reported and left alone. You may close the page; the run goes on.',
    act: 'Apply the price change and watch it to its end.',
    place: 'change',
    look: { control: 'Apply' },
    role: 'editor',
  },
  {
    id: 'back',
    title: 'And exactly back',
    text: 'Rolling back writes the prices of before, to the cent. Prices that were changed again since are listed and left as they are.',
    act: 'Open the price change and roll it back.',
    place: 'change',
    look: { control: 'Roll back' },
    role: 'editor',
  },
];

const after = {
  approval: ['approved', 'scheduled', 'applying', 'applied', 'partially_applied', 'failed', 'rolling_back', 'rolled_back'],
  run: ['applied', 'partially_applied', 'rolling_back', 'rolled_back'],
  back: ['rolled_back'],
};

export function isDone(stop: Stop, seen: Seen): boolean {
  switch (stop.id) {
    case 'shop':
      return /^\/[^/]+\/catalog/.test(seen.path);
    case 'rule':
      return seen.rules > 0;
    case 'plan':
      return seen.change !== null;
    case 'why':
      return seen.traced;
    default:
      return seen.state !== null && after[stop.id as keyof typeof after].includes(seen.state);
  }
}

export function whereTo(stop: Stop, project: string, change: string | null): string {
  if (stop.place !== 'change' && stop.place !== 'changes') return `/${project}/${stop.place}`;
  if (change === null) return `/${project}/price-changes`;
  return `/${project}/price-changes/${change}${stop.place === 'changes' ? '?tab=changes' : ''}`;
}
