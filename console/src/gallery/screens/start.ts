// Where one comes in, what one sees first, and what holds for everything: sign-in, home, tour, settings, nothing found.
import { never, problem } from '../canned';
import type { Screen } from '../states';
import { home } from '../world/changes';
import { APPROVER, MINUTES_AGO, project } from '../world/people';
import { not, reading, viewer, why } from './kinds';

const nothingYet = { ...home, needs_you: { ...home.needs_you, approvals: [], approvals_count: 0, unfinished: [], unfinished_count: 0, drifts_open: 0, dead_letters: 0 }, runs_now: [], runs_of_week: [], first_steps: { ...home.first_steps, has_rule: false, has_price_change: false, has_approval: false, has_applied: false } };

const signIn = async ({ press, type }: { press: (name: string) => Promise<void>; type: (label: string | RegExp, text: string) => Promise<void> }) => {
  await type('E-mail', 'kim@nordlys.test');
  await type(/^Password/, 'wrong');
  await press('Sign in');
};

/** What somebody else stored, once the reader tried to save. */
let overtakenBy: typeof project | undefined;

const still = { stale: why.notAPlan, partial: why.nothingPartial, conflict: why.nothingEdited, 'empty-filtered': why.noFilter } as const;

export const begin: Record<string, Screen> = {
  'sign-in': {
    route: '/login',
    path: '/login',
    heard: true,
    states: {
      ...still,
      ready: { says: ['Sign in', 'E-mail', 'Password'] },
      loading: not('It reads nothing.'),
      reloading: not('It reads nothing.'),
      empty: not('It is a form.'),
      error: { answers: { '/api/v1/session': { post: problem(500, 'internal', 'The server could not finish this.') } }, act: signIn, says: ['could not finish this', 'Request req_'] },
      refused: { answers: { '/api/v1/session': { post: problem(401, 'session.refused', 'E-mail or password is wrong.') } }, act: signIn, says: ['E-mail or password is wrong.'] },
      'no-right': not('Everybody may sign in.'),
      'live-lost': not('Nothing here follows the server.'),
      'too-many': { answers: { '/api/v1/session': { post: problem(429, 'rate', 'Too many attempts to sign in.') } }, act: signIn, says: ['Too many attempts to sign in.', 'wait a moment and try again'] },
    },
  },
  start: {
    route: '/',
    path: '/',
    states: {
      ...still,
      ready: { says: ['What waits for you'] },
      loading: { bends: { 'get /api/v1/session': () => never }, says: ['Loading'] },
      reloading: not('It leads on at once.'),
      empty: { answers: { '/api/v1/projects': { get: { data: [], has_more: false } } }, says: ['There is no project yet', 'Look again'] },
      error: { bends: { 'get /api/v1/projects': () => problem(500, 'internal', 'The server could not finish this.') }, says: ['The projects could not be read', 'could not finish this', 'Try again'] },
      refused: { bends: { 'get /api/v1/session': () => problem(401, 'session.none', 'Nobody is signed in.') }, says: ['Sign in', 'E-mail'] },
      'no-right': why.everybodyReads,
      'live-lost': not('It leads on at once.'),
      'too-many': not('The first project is taken; the others are in the header.'),
    },
  },
  home: {
    route: '/:project',
    path: '/demo',
    heard: true,
    states: {
      ...still,
      ...reading({ reads: ['get /api/v1/home'], row: 'Black-week ladder' }),
      empty: { answers: { '/api/v1/home': { get: nothingYet } }, says: ['First steps', 'Nothing waits for you. What needs a decision or went wrong will stand here.'], hides: ['was only partly applied'] },
      'no-right': why.everybodyReads,
      'too-many': { answers: { '/api/v1/home': { get: { ...home, needs_you: { ...home.needs_you, approvals_count: 41 } } } }, says: ['40 more price changes wait for your approval.'] },
      partial: { answers: { '/api/v1/home': { get: { ...home, needs_you: { ...home.needs_you, approvals: [], approvals_count: 0 } } } }, says: ['“Autumn sale” was only partly applied.', 'See what was not written'], hides: ['Read and decide'] },
    },
  },
  tour: {
    route: '/:project/tour',
    path: '/demo/tour',
    states: {
      ...still,
      ready: { says: ['Guided tour', 'Start the tour', 'Takes the role approver'] },
      loading: not('It is a text.'),
      reloading: not('It is a text.'),
      empty: not('It is a text.'),
      error: not('It is a text.'),
      refused: not('It is a text.'),
      'no-right': not('It says of each stop what role it takes, and its card whom to ask: see tour-card.'),
      'live-lost': not('It is a text.'),
      'too-many': not('It has seven stops.'),
    },
  },
  settings: {
    route: '/:project/settings',
    path: '/demo/settings',
    states: {
      ...still,
      ...reading({ reads: ['get /api/v1/members', 'get /api/v1/tokens', 'get /api/v1/roles'], row: 'nightly export' }),
      empty: { answers: { '/api/v1/tokens': { get: { data: [], has_more: false } } }, says: ['A token lets a script do what you may'] },
      ready: { role: 'admin', says: ['nightly export', 'Let somebody in…', 'Save the project’s settings'] },
      'no-right': viewer('You can see who is here but not let people in', 'You can read the project’s settings but not change them.'),
      partial: { bends: { 'get /api/v1/members': () => problem(500, 'internal', 'The people could not be read.') }, says: ['The people could not be read.', 'nightly export'] },
      'too-many': { bends: { 'get /api/v1/members': (usual) => ({ ...(usual as object), has_more: true, next_cursor: 'next' }) }, says: ['Load more people'] },
      conflict: {
        role: 'admin',
        answers: {
          '/api/v1/projects': { get: () => ({ data: [overtakenBy ?? project], has_more: false }) },
          '/api/v1/projects/{slug}': {
            patch: () => {
              overtakenBy = { ...project, country: 'AT', tax_rate_pct: '20', version: 2, changed_by: APPROVER, changed_at: MINUTES_AGO };
              return problem(412, 'project.changed', 'The project’s settings were changed meanwhile.');
            },
          },
        },
        act: async ({ press, type }) => {
          await type(/^Tax on the base price/, '.5');
          await press('Save the project’s settings');
        },
        says: ['The settings were changed: v2', '20 %, was 19 %', '19.5 %', 'Keep theirs and drop mine', 'Re-apply mine over v2'],
      },
    },
  },
  'not-found': {
    route: '/:project/*',
    path: '/demo/nowhere/run_01m7zr3n1ge95s535sr5y1yc2r',
    states: {
      ...still,
      ready: { says: ['Not found', 'has the form of the id of a run', 'Open it as a run'] },
      loading: not('It reads nothing.'),
      reloading: not('It reads nothing.'),
      empty: { path: '/nowhere', answers: { '/api/v1/projects': { get: { data: [project], has_more: false } } }, says: ['Not found', 'There is no project “nowhere”'] },
      error: not('It reads nothing.'),
      refused: not('It reads nothing.'),
      'no-right': not('It says that what is meant may be out of the reader’s sight.'),
      'live-lost': not('It reads nothing.'),
      'too-many': why.notAList,
    },
  },
};
