// Two rules and what checking them says, and the guardrails.
import type { Schemas } from '../../api/client';
import { eur, VARIANT } from './catalogue';
import { APPROVER, EARLIER, EDITOR, MINUTES_AGO } from './people';

export const RULE = 'rul_01m7zr2mbcer7vyndgrmt7nbrn';

const autumn = {
  schema: 'rule.v1',
  name: 'autumn-sale',
  select: { any: [{ product_type: { in: ['Tents', 'Jackets'] } }, { tag: { is: 'rain' } }] },
  steps: [{ percent: '-12' }],
  rounding: { ending: '.90', mode: 'nearest' },
  constraints: { floor: { amount: '25.00', currency: 'EUR' }, maximum_move: { percent: '20' } },
  compare_at: 'set_to_before',
  priority: 0,
};
const packs = { schema: 'rule.v1', name: 'clear-packs', select: { product_type: { in: ['Backpacks'] } }, steps: [{ percent: '-60' }], compare_at: 'keep', priority: 0 };

export const rules: Schemas['Rule'][] = [
  { id: RULE, name: 'autumn-sale', version: 4, content_hash: 'b907b1b3644356d249c1cd1549146ed3d4598554c551a7c2e025a40a36a9092d', document: autumn, created_by: EDITOR, created_at: MINUTES_AGO, last_use: { price_change_id: 'pch_01m7zr3pehe4jb7tt88gf6jqe4', title: 'Winter sale', version: 4, state: 'pending_approval', rows_to_apply: 86, planned_at: MINUTES_AGO } },
  { id: 'rul_01m7zr2mdcen98q69b26rf2mp9', name: 'clear-packs', version: 1, content_hash: 'd25b155bee058e19cfc7ee0c773a0b2afbce374301f65e7b5ca48c4502767dcd', document: packs, created_by: APPROVER, created_at: EARLIER },
];

export const versions: Schemas['RuleVersion'][] = [
  { version: 4, content_hash: rules[0]!.content_hash, document: autumn, created_by: EDITOR, created_at: MINUTES_AGO },
  { version: 3, content_hash: 'aa07b1b3644356d249c1cd1549146ed3d4598554c551a7c2e025a40a36a9092d', document: { ...autumn, steps: [{ percent: '-15' }] }, created_by: EDITOR, created_at: EARLIER },
];

/** The 41 bins of a change histogram; only the given ones hold anything, named by their lower edge. */
export function bins(held: Record<string, number>, blocked: Record<string, number> = {}): Schemas['Bin'][] {
  const edges = Array.from({ length: 40 }, (_, index) => (index < 20 ? `-${97 - 5 * index}.50` : `${5 * index - 98}.50`));
  return [null, ...edges].map((from, index) => ({ from_pct: from, to_pct: edges[index] ?? null, count: held[from ?? 'below'] ?? 0, blocked: blocked[from ?? 'below'] ?? 0 }));
}

export const impact: Schemas['Impact'] = {
  counts: { raise: 4, cut: 82, same: 6, blocked: 2, skipped: 0, not_selected: 212 },
  median_change_pct: '-12.07',
  largest_change_pct: '-18.53',
  histogram: bins({ '-22.50': 1, '-17.50': 9, '-12.50': 72, '2.50': 4 }, { '-37.50': 1, '-12.50': 1 }),
  guardrails: [{ guardrail: 'below_cost', violated: 2, near: 5, waived: 0 }],
  prices: [
    { from: eur('15.36'), to: eur('17.92'), before: 2, after: 6 },
    { from: eur('17.92'), to: eur('20.48'), before: 30, after: 46 },
    { from: eur('20.48'), to: eur('23.04'), before: 54, after: 34 },
  ],
  margin: { before_pct: '41.86', after_pct: '35.45', cost_known_pct: '97.32' },
  revenue: null,
  compare_at_too_low: 1,
  ending_missed: 0,
};

export const verdicts: Schemas['PlanVerdict'][] = [
  { guardrail: 'common_factor', mode: 'hard', verdict: 'passed', value: '0.00 % of the rows', limit: '90.00 % of the rows', detail: 'prices do not move by one factor of 10, 100 or 1000 together', rows: 0 },
];

const previewed: Schemas['PreviewRow'] = {
  variant_id: VARIANT,
  sku: 'TE-001-MOSS',
  title: 'Kar 1 Trekking Tent – Moss',
  outcome: 'cut',
  before: eur('289.90'),
  after: eur('254.90'),
  change_pct: '-12.07',
  reason: null,
  compare_at_before: null,
  compare_at_after: eur('289.90'),
  violated: [],
  near: [],
  waived: [],
  prior_price: null,
};

export const preview: Schemas['Preview'] = {
  impact,
  worst: [previewed],
  sample: [previewed, { ...previewed, variant_id: 'var_01m7zqyn9aeazr3gdcc9ymds9m', sku: 'BA-025-1530', title: 'Pack Rain Cover – 15-30 l', outcome: 'blocked', before: eur('19.90'), after: eur('7.96'), change_pct: '-60.00', reason: 'blocked.below_cost', compare_at_after: null, violated: ['below_cost'] }],
  verdicts,
  variants: 306,
};

export const difference: Schemas['RuleDiff'] = {
  rule_id: RULE,
  name: 'autumn-sale',
  version: 4,
  unchanged: true,
  in_force: true,
  at: MINUTES_AGO,
  reschedules: false,
  counts: { moves_newly: 0, moves_no_longer: 0, moves_otherwise: 0, moves_the_same: 82, stopped_newly: 0 },
  variants: 306,
  worst: [],
  sample: [],
};

const possible = { answer: 'possible', example: { texts: { product_type: ['Backpacks'], tag: ['rain'] }, amounts: {}, numbers: {} } };

export const conflicts: Schemas['Conflicts'] = {
  variants: 306,
  rules: [
    { rule: 'autumn-sale v4', selects: 92, takes_part: 92, in_force: true, can_select: possible, can_take_part: possible, covered_by: [] },
    { rule: 'clear-packs v1', selects: 27, takes_part: 20, in_force: true, can_select: possible, can_take_part: possible, covered_by: [] },
  ],
  pairs: [{ first: 'autumn-sale v4', second: 'clear-packs v1', overlap: 7, first_wins: 7, second_wins: 0, together: 0, examples: [VARIANT], can_overlap: possible, tried: 112, flip_flops: 0, drifts: 0, flip_flop: null }],
};

const guardrailDocument = { schema: 'guardrails.v1', below_cost: { missing_cost: 'pass', mode: 'hard' }, maximum_move: { down_percent: '30', mode: 'soft', up_percent: '50' } };

export const guardrailVersion: Schemas['GuardrailVersion'] = { scope: 'project', version: 2, content_hash: '410f410e56304e210287e8116069d53ccea9e30b51e6a36cf1118820beb00aa2', document: guardrailDocument, created_by: EDITOR, created_at: EARLIER };

export const waivers: Schemas['Waiver'][] = [
  { id: 'wai_01m7zr3pjrecdbhwadrb6sedjt', guardrail: 'maximum_move', rule_id: null, rule: null, reason: 'Clearance.', valid_until: '2026-12-20T00:00:00Z', state: 'requested', requested_by: APPROVER, requested_at: EARLIER, approved_by: null, approved_at: null, ended_by: null, ended_at: null },
];

export const guardrails: Schemas['Guardrails'] = {
  project: 'demo',
  label: 'project v2',
  content_hash: guardrailVersion.content_hash,
  guardrails: [
    { guardrail: 'near_zero', mode: 'hard', source: 'built_in', settings: { mode: 'hard' } },
    { guardrail: 'below_cost', mode: 'hard', source: 'project', settings: { missing_cost: 'pass', mode: 'hard' } },
    { guardrail: 'maximum_move', mode: 'soft', source: 'project', settings: { down_percent: '30', mode: 'soft', up_percent: '50' } },
  ],
  document: guardrailDocument,
  tenant: null,
  project_version: guardrailVersion,
  waivers: [],
};
