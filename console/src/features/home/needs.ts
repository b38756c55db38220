// What waits for the reader, each as one sentence with the place where it can be dealt with.
import { countOf } from '../../shared/format';
import type { GlyphName, Tone } from '../../shared/words';
import type { Home } from './facts';

export interface Need {
  key: string;
  glyph: GlyphName;
  tone: Tone;
  says: string;
  /** More than the sentence needs: who, how much. */
  more?: string;
  /** Since when, if that is known. */
  since?: string;
  act: string;
  to: string;
}

/** The most urgent first: what is broken, what others wait for, what one can go on with. */
export function needsOf({ needs_you: home, approved }: Home, project: string): Need[] {
  const at = (path: string) => `/${project}/${path}`;
  return [
    ...home.channels_down.map((channel) => need(`shop ${channel.id}`, 'cross', 'blocked', `The shop ${channel.name} shut us out. No price can be written to it.`, 'See the shop', at('connectors'))),
    ...home.unfinished.map((run) => ({
      ...need(run.id, run.state === 'failed' ? 'cross' : 'warn', run.state === 'failed' ? 'blocked' : 'warn', run.state === 'failed' ? `“${run.title}” failed.` : `“${run.title}” was only partly applied.`, 'See what was not written', at(`runs/${run.id}`)),
      since: run.created_at,
    })),
    ...rest(home.unfinished_count - home.unfinished.length, 'more run did not write everything.', 'more runs did not write everything.', 'See all runs', at('runs')),
    ...home.approvals.map((change) => ({
      ...need(change.id, 'wait', 'wait', `“${change.title}” waits for your approval.`, 'Read and decide', at(`price-changes/${change.id}`)),
      more: `${countOf(change.rows_to_apply, 'price', 'prices')}, planned by ${change.author}`,
      since: change.planned_at,
    })),
    ...rest(home.approvals_count - home.approvals.length, 'more price change waits for your approval.', 'more price changes wait for your approval.', 'See all', at('approvals')),
    ...home.changes_asked.map((change) => ({
      ...need(change.id, 'back', 'warn', `An approver asked you to change “${change.title}”.`, 'See what was asked', at(`price-changes/${change.id}`)),
      since: change.planned_at,
    })),
    ...approved.map((change) => ({
      ...need(change.id, 'check', 'ok', `“${change.title}” is approved and not applied yet.`, 'Go on to apply it', at(`price-changes/${change.id}`)),
      more: countOf(change.rows_to_apply, 'price', 'prices'),
      since: change.planned_at,
    })),
    ...(home.drifts_open > 0 ? [need('drifts', 'conflict', 'warn', `${countOf(home.drifts_open, 'price in a shop is', 'prices in a shop are')} not what Calibr holds.`, 'See the drift', at('drift'))] : []),
    ...(home.dead_letters > 0 ? [need('dlq', 'cross', 'blocked', `${countOf(home.dead_letters, 'delivery of an event', 'deliveries of events')} gave up.`, 'See dead letters', at('events/dead-letters'))] : []),
    ...(home.jobs_dead > 0 ? [need('jobs', 'cross', 'blocked', `${countOf(home.jobs_dead, 'piece of work', 'pieces of work')} in the background gave up.`, 'See jobs', at('jobs'))] : []),
  ];
}

const need = (key: string, glyph: GlyphName, tone: Tone, says: string, act: string, to: string): Need => ({ key, glyph, tone, says, act, to });

function rest(count: number, one: string, many: string, act: string, to: string): Need[] {
  return count > 0 ? [need(one, 'wait', 'wait', countOf(count, one, many), act, to)] : [];
}
