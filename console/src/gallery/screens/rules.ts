// Rules, one rule, the writing of one, all against each other; and the guardrails.
import { problem } from '../canned';
import type { Screen } from '../states';
import { guardrails, RULE, rules as known } from '../world/rules';
import { listing, not, overtaken, reading, viewer, why } from './kinds';

const theirs = { ...known[0]!, version: 5, created_by: 'ana@nordlys.test', document: { ...(known[0]!.document as object), steps: [{ percent: '-20' }] } };
const behind = problem(412, 'rule.version', 'The rule was changed since v4.');
let asked = 0;
const movedOn = { ...guardrails, project_version: { ...guardrails.project_version!, version: 3, created_by: 'ana@nordlys.test', document: { schema: 'guardrails.v1', floor: { price: '5.00 EUR' } } } };
let guardrailsAsked = 0;

export const rules: Record<string, Screen> = {
  rules: {
    route: '/:project/rules',
    path: '/demo/rules',
    heard: true,
    states: {
      ...listing({ reads: ['get /api/v1/rules'], list: 'get /api/v1/rules', row: 'clear-packs', empty: 'Prices change by rule', filtered: why.noFilter }),
      'no-right': viewer('You can read rules but not write them. Ask somebody with the role editor.'),
      stale: why.notAPlan,
      partial: { bends: { 'post /api/v1/rules/conflicts': () => problem(503, 'unavailable', 'The check takes too long just now.') }, says: ['clear-packs', 'The check takes too long just now.', 'Which rules are in force is not shown.'] },
      conflict: why.nothingEdited,
    },
  },
  rule: {
    route: '/:project/rules/:ruleId',
    path: `/demo/rules/${RULE}`,
    heard: true,
    states: {
      ...reading({ reads: ['get /api/v1/rules/{id}'], row: 'What it would do now' }),
      empty: not('A rule always has a document.'),
      'empty-filtered': why.noFilter,
      'no-right': viewer('You can read rules but not change or run them. Ask somebody with the role editor.'),
      stale: not('Whatever is shown is computed from the prices of now.'),
      partial: { bends: { 'post /api/v1/rules/{id}/preview': () => problem(503, 'unavailable', 'The preview takes too long just now.') }, says: ['The preview takes too long just now.', 'Document', 'Try again'] },
      'too-many': { bends: { 'get /api/v1/rules/{id}/versions': (usual) => ({ ...(usual as object), has_more: true, next_cursor: 'next' }) }, says: ['Load more versions'] },
      conflict: why.nothingEdited,
    },
  },
  'rule-edit': {
    route: '/:project/rules/:ruleId/edit',
    path: `/demo/rules/${RULE}/edit`,
    states: {
      ...reading({ reads: ['get /api/v1/rules/{id}'], row: 'What it would do now' }),
      empty: not('A rule always has a document.'),
      'empty-filtered': why.noFilter,
      'no-right': { role: 'viewer', says: ['You can read rules but not change them. Ask somebody with the role editor.'] },
      stale: not('The preview says of which text it is; see rule-new.'),
      partial: { bends: { 'post /api/v1/rules/preview': () => problem(503, 'unavailable', 'The preview takes too long just now.') }, says: ['The preview takes too long just now.'] },
      'too-many': why.notAList,
      conflict: {
        answers: { '/api/v1/rules': { post: behind }, '/api/v1/rules/{id}': { get: () => ((asked += 1) > 1 ? theirs : known[0]!) } },
        act: async ({ press, type }) => {
          await type('What it is for (optional)', 'Mine');
          await press('Push the rule');
        },
        says: ['The rule was changed: v5', 'Keep theirs and drop mine', 'Re-apply mine over v5'],
      },
    },
  },
  'rule-new': {
    route: '/:project/rules/new',
    path: '/demo/rules/new',
    states: {
      ready: { act: async ({ press }) => press('Start from an example'), says: ['What it would do now', 'Of the text as it stands'] },
      loading: not('It reads nothing before somebody writes; the check says of itself that it checks.'),
      reloading: not('Nothing is read again; what is written is checked as it changes.'),
      empty: { says: ['Say which variants, and what becomes of their price.', 'Start from an example'] },
      'empty-filtered': why.noFilter,
      error: {
        answers: { '/api/v1/rules': { post: problem(500, 'internal', 'The rule could not be stored.') } },
        act: async ({ press }) => {
          await press('Start from an example');
          await press('Push the rule');
        },
        says: ['The rule could not be stored.', 'What you typed stays.'],
      },
      refused: { bends: { 'post /api/v1/rules/validate': () => problem(403, 'forbidden', 'Your role may not check rules.') }, act: async ({ press }) => press('Start from an example'), says: ['Your role may not check rules.', 'Not checked'], hides: ['Valid'] },
      'no-right': { role: 'viewer', says: ['You can read rules but not write them. Ask somebody with the role editor.'] },
      stale: why.notAPlan,
      partial: why.nothingPartial,
      'live-lost': not('Nothing here follows the server; a check that gets no answer says so.'),
      'too-many': why.notAList,
      conflict: not('A new rule has nobody before it; see rule-edit.'),
    },
  },
  'rules-check': {
    route: '/:project/rules/check',
    path: '/demo/rules/check',
    states: {
      ...reading({ reads: ['post /api/v1/rules/conflicts'], row: 'Over 306 variants' }),
      empty: { answers: { '/api/v1/rules/conflicts': { post: { variants: 306, rules: [], pairs: [] } } }, says: ['There are no rules yet'] },
      'empty-filtered': why.noFilter,
      'no-right': why.everybodyReads,
      stale: why.notAPlan,
      partial: why.nothingPartial,
      'too-many': not('It is asked of chosen rules where there are many.'),
      conflict: why.nothingEdited,
    },
  },
  guardrails: {
    route: '/:project/guardrails',
    path: '/demo/guardrails',
    heard: true,
    states: {
      ...reading({ reads: ['get /api/v1/guardrails'], row: 'In force' }),
      empty: { answers: { '/api/v1/waivers': { get: { data: [], has_more: false } }, '/api/v1/guardrails/versions': { get: { data: [], has_more: false } } }, says: ['A waiver lets what a soft guardrail stops pass for a time.'] },
      'empty-filtered': why.noFilter,
      'no-right': viewer('You can read guardrails but not change them. Ask somebody with the role admin.', 'You can read waivers but not ask for one, nor end one. Ask somebody with the role editor.'),
      stale: why.notAPlan,
      partial: { bends: { 'get /api/v1/waivers': () => problem(500, 'internal', 'The waivers could not be read.') }, says: ['The waivers could not be read.', 'In force'] },
      'too-many': { bends: { 'get /api/v1/waivers': (usual) => ({ ...(usual as object), has_more: true, next_cursor: 'next' }) }, says: ['Load more waivers'] },
      conflict: {
        role: 'admin',
        answers: { '/api/v1/waivers/{id}/approve': { post: overtaken('waiver.state', 'This waiver is ended, so this can no longer be done.') } },
        act: async ({ press }) => {
          await press('Approve…');
          await press('Approve the waiver');
        },
        says: ['This waiver is ended, so this can no longer be done.', 'The waiver was not approved.', 'Load what it is now'],
      },
    },
  },
  'guardrails-edit': {
    route: '/:project/guardrails/edit',
    path: '/demo/guardrails/edit',
    states: {
      ...reading({ reads: ['get /api/v1/guardrails'], row: 'In force now, all layers together' }),
      ready: { role: 'admin', says: ['Push the guardrails', 'Valid'] },
      empty: not('Where nothing is set, an example stands in the field.'),
      'empty-filtered': why.noFilter,
      'no-right': viewer('You can read guardrails but not change them. Ask somebody with the role admin.'),
      stale: why.notAPlan,
      partial: why.nothingPartial,
      'too-many': why.notAList,
      conflict: {
        role: 'admin',
        answers: { '/api/v1/guardrails': { post: problem(412, 'guardrails.changed', 'The guardrails were changed since v2.'), get: () => ((guardrailsAsked += 1) > 1 ? movedOn : guardrails) } },
        act: async ({ press, type }) => {
          await type(/^At most down/, '5');
          await press('Push the guardrails');
        },
        says: ['The guardrails were changed: v3', 'Keep theirs and drop mine', 'Re-apply mine over v3'],
      },
    },
  },
};
