// What stands over or around every page, in states of its own: the palette, the bell, the keys, the tour, and what is said when the
// session ends, a newer console is there, this one fails, or a dialog would close over what was typed in it.
import { never, problem, type Bend } from '../canned';
import type { Over, Shown } from '../states';
import { variants } from '../world/catalogue';
import { CHANGE } from '../world/changes';
import type { Page } from './kinds';

const PALETTE: NonNullable<Shown['act']> = ({ keys }) => keys('{Control>}k{/Control}');
const searching = (text: string): NonNullable<Shown['act']> => async (hand) => {
  await PALETTE(hand);
  await hand.type('Search or run a command', text);
};
const BELL: NonNullable<Shown['act']> = ({ press }) => press(/^Notifications/);
const KEYS: NonNullable<Shown['act']> = ({ press }) => press('Help and keyboard');

const NOTIFICATIONS = 'get /api/v1/notifications';
const NOBODY: Bend = () => problem(401, 'session.none', 'Nobody is signed in.');
const tour = (progress: object): NonNullable<Shown['kept']> => ({ 'calibr tour': JSON.stringify({ stop: 0, open: true, change: null, traced: false, ...progress }) });

/** Several of a kind, as a search finds them. */
const many: Bend = (usual) => ({ ...(usual as Page), has_more: true, data: Array.from({ length: 6 }, (_, place) => ({ ...variants[0]!, id: `var_01m7zqyn9aeazr3gdc4fvnve0${place}` })) });

export const over: Record<string, Over> = {
  bell: {
    path: '/demo',
    part: '[role=dialog]',
    states: {
      ready: { act: BELL, says: ['1 is unread.', 'Mark all as read', 'nordlys.myshopify.com'] },
      read: { answers: { '/api/v1/notifications': { get: { data: [], unread: 0, read_until: null } } }, act: BELL, says: ['All are read.', 'Nothing in the last 30 days. You are told here when'] },
      loading: { bends: { [NOTIFICATIONS]: () => never }, act: BELL, says: ['Notifications', 'Loading'] },
      error: { bends: { [NOTIFICATIONS]: () => problem(500, 'internal', 'The notifications could not be read.') }, act: BELL, says: ['The notifications could not be read.', 'Try again'] },
      refused: {
        answers: { '/api/v1/notifications/read': { post: problem(429, 'rate', 'Too many requests.') } },
        act: async (hand) => {
          await BELL(hand);
          await hand.press('Mark all as read');
        },
        says: ['They are still unread.', '1 is unread.'],
      },
    },
  },
  discard: {
    path: `/demo/price-changes/${CHANGE}?tab=violations`,
    part: '[role=dialog]',
    states: {
      asked: {
        act: async ({ press, type, keys }) => {
          await press(/^Leave these 2 out/);
          await type(/^Why/, ' The tents come later.');
          await keys('{Escape}');
        },
        says: ['Discard what you typed?', 'Keep writing', 'Plan again without 2 rows?'],
        hides: ['Keep this plan'],
      },
    },
  },
  fault: {
    path: '/demo/guardrails',
    part: 'main',
    states: {
      crash: { bends: { 'get /api/v1/guardrails': () => ({}) }, crashes: true, says: ['This page could not be shown', 'Nothing was changed on the server by this.', 'Reload the page', 'Copy what failed', 'Guardrails'] },
      'code-lost': { newer: 'lost', says: ['A new version is running', 'The server has a newer console than this tab. Nothing was changed.', 'Reload the page'] },
    },
  },
  'key-sheet': {
    path: '/demo',
    part: '[role=dialog]',
    states: {
      ready: { act: KEYS, says: ['Help and keyboard', 'No key approves or applies anything by itself', 'Go to'] },
      'letters-off': { kept: { 'calibr preferences': JSON.stringify({ letters: false }) }, act: KEYS, says: ['Go to', '(off)'] },
    },
  },
  'new-version': {
    path: '/demo',
    part: '[role=status]:has-text("A new version")',
    states: { there: { newer: 'there', says: ['A new version is running. Reload when you are ready; what you typed in a draft stays.', 'Reload now', 'What waits for you'] } },
  },
  palette: {
    path: '/demo',
    part: '[role=dialog]',
    states: {
      ready: { act: PALETTE, says: ['Go to', 'Price changes', 'g p'] },
      found: { act: searching('TE-001'), says: ['Kar 1 Trekking Tent · Moss', 'TE-001-MOSS'] },
      searching: { bends: { 'get /api/v1/catalog/variants': () => never }, act: searching('kayak'), says: ['Searching…'] },
      'nothing-found': { act: searching('kayak'), says: ['Nothing has this name. Variants are found by SKU, title or vendor'] },
      'too-many': { bends: { 'get /api/v1/catalog/variants': many }, act: searching('Kar'), says: ['There is more than is shown. Type more of the name.', 'Kar 1 Trekking Tent · Moss'] },
      error: { bends: { 'get /api/v1/catalog/variants': () => problem(500, 'internal', 'The search failed.') }, act: searching('TE-001'), says: ['The search did not get every answer.'] },
    },
  },
  session: {
    path: '/demo/price-changes',
    part: '[role=dialog]',
    states: {
      ended: { later: { '*': NOBODY }, says: ['Your session has ended. Sign in again?', 'all that you typed in it, stays as it is', 'Sign in and go on', 'Leave this page as it is', 'Autumn sale'] },
      refused: {
        answers: { '/api/v1/session': { post: problem(401, 'session.refused', 'E-mail or password is wrong.') } },
        later: { '*': NOBODY, 'post /api/v1/session': (usual) => usual },
        act: async ({ press, type }) => {
          await type(/^Password of/, 'wrong');
          await press('Sign in and go on');
        },
        says: ['Your session has ended. Sign in again?', 'E-mail or password is wrong.'],
      },
    },
  },
  'session-left': {
    path: '/demo/price-changes',
    part: '[role=status]:has-text("Your session has ended")',
    states: { there: { later: { '*': NOBODY }, act: ({ press }) => press('Leave this page as it is'), says: ['Your session has ended. What you see is no longer kept up to date', 'Sign in again', 'Autumn sale'], hides: ['Leave this page as it is'] } },
  },
  'tour-card': {
    path: '/demo/catalog',
    part: '#tour',
    states: {
      first: { kept: tour({}), says: ['Stop 1 of 7', 'A shop is connected', 'Leave the tour', 'Next stop'] },
      elsewhere: { path: '/demo', kept: tour({ stop: 1 }), says: ['Stop 2 of 7', 'Take me there', 'Back'] },
      done: { path: '/demo/rules', kept: tour({ stop: 1 }), says: ['Done.', 'Next stop'] },
      'no-right': { role: 'viewer', kept: tour({ stop: 2 }), says: ['Stop 3 of 7', 'role editor'] },
      end: { path: '/demo', kept: tour({ stop: 7 }), says: ['That was the whole way', 'See the audit', 'End the tour'] },
    },
  },
};
