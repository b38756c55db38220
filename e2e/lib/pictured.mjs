// What of the gallery is held against stored pictures: every picture that the console draws, and of the rest what shows most of
// its marks, tables, dialogs and states. A state of the gallery, and where only a part of its page is meant, what part.
const figure = (place) => ({ part: `figure-${place}`, select: `:nth-match(main figure, ${place})` });
const card = (title) => ({ part: title.toLowerCase().match(/\w+/g).join('-'), select: `main section:has(> header h2:text-is("${title}"))` });
const dialog = { part: '', select: '[role=dialog]' };
const whole = { part: '', select: 'main' };

const states = {
  'approvals/ready': [whole],
  'audit/ready': [figure(1), card('Chain')],
  'catalog/empty-filtered': [whole],
  'catalog/loading': [whole],
  'catalog/ready': [whole],
  'column-choice/opened': [dialog],
  'connector/ready': [card('Health')],
  'connectors/partial': [whole],
  'dialog/blocked': [dialog],
  'dialog/danger': [dialog],
  'dialog/ready': [dialog],
  'drift/ready': [whole],
  'glance/busy': [whole],
  'guardrails/ready': [card('In force')],
  'home/ready': [figure(1), card('First steps')],
  'link-state/live': [whole],
  'link-state/lost': [whole],
  'list/empty': [whole],
  'list/empty-filtered': [whole],
  'list/error-over-rows': [whole],
  'list/long-text': [whole],
  'list/rows': [whole],
  'not-found/ready': [whole],
  'price-change/conflict': [dialog],
  'price-change/empty': [whole],
  'price-change/ready': [figure(1), figure(2), figure(3), card('Can this be applied?')],
  'price-change/stale': [card('Can this be applied?')],
  'price-changes/ready': [whole],
  'problem-panel/invalid': [whole],
  'problem-panel/unavailable': [whole],
  'rule-edit/conflict': [card('The rule was changed: v5')],
  'rule-edit/ready': [card('When'), card('Do')],
  'rules-check/ready': [figure(1)],
  'run/partial': [whole],
  'run/ready': [card('Stages'), card('Progress')],
  'sign-in/ready': [whole],
  'status/outcomes': [whole],
  'status/price-changes': [whole],
  'status/runs': [whole],
  'status/targets': [whole],
  'variant/ready': [figure(1), figure(2), card('Now')],
};

/** Address in the gallery, name of the file, and how to find what is meant on the page. */
export const pictured = Object.entries(states).flatMap(([state, parts]) =>
  parts.map(({ part, select }) => ({ address: `/__gallery/${state}`, name: [...state.split('/'), part].filter(Boolean).join('-'), select })),
);
