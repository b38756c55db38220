// A catalogue of many variants and a plan over all of them, made through the public API: what the console is measured with.
import assert from 'node:assert/strict';

const HEAD = 'Handle,Title,Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Compare At Price,Cost per item,Status';
const SIZES = ['XS', 'S', 'M', 'L', 'XL'];
const KINDS = ['Tent', 'Jacket', 'Backpack', 'Stove', 'Lantern', 'Boots', 'Sleeping bag'];

/** Products of five variants each; costs and prices are spread so that some rows rise, some fall and some are stopped. */
function csv(variants) {
  const lines = [HEAD];
  for (let index = 0; index < variants; index += 1) {
    const product = Math.floor(index / SIZES.length);
    const kind = KINDS[product % KINDS.length];
    const size = SIZES[index % SIZES.length];
    const cents = 1_999 + ((index * 7_919) % 40_000);
    const cost = Math.floor((cents * (30 + ((index * 31) % 60))) / 100);
    const first = index % SIZES.length === 0;
    const own = first ? [`${kind} ${product}`, `Vendor ${product % 40}`, kind, product % 3 === 0 ? 'autumn' : 'basic', 'TRUE', 'Size'] : ['', '', '', '', '', ''];
    lines.push([`large-${product}`, ...own, size, `LARGE-${String(index).padStart(6, '0')}`, decimal(cents), '', decimal(cost), first ? 'active' : ''].join(','));
  }
  return `${lines.join('\n')}\n`;
}

const decimal = (cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;

const RULE = (name) => `schema: rule.v1
name: ${name}
description: Moves every price of the large catalogue, most of them down
select:
  sku: { matches: "LARGE-*" }
steps:
  - if:
      when: { tag: { is: autumn } }
      then: [{ percent: 6 }]
      else: [{ percent: -12 }]
rounding: { ending: .90 }
`;

/** Signs in over the API and gives a function that calls it; its `cookie` is the session. */
export async function caller(baseURL, email, password) {
  const answer = await fetch(`${baseURL}/api/v1/session`, { method: 'POST', headers: { 'content-type': 'application/json', origin: baseURL }, body: JSON.stringify({ email, password }) });
  assert.equal(answer.ok, true, `signing in as ${email}: ${answer.status}`);
  const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
  const call = async (method, path, body, type = 'application/json') => {
    const headers = { cookie, origin: baseURL, 'content-type': type, 'idempotency-key': crypto.randomUUID() };
    const response = await fetch(`${baseURL}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body: type === 'application/json' ? JSON.stringify(body) : body }) });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text.slice(0, 600)}`);
    return JSON.parse(text);
  };
  return Object.assign(call, { cookie });
}

/** Takes `variants` variants into the project and plans them all. Gives the price change. */
export async function planLarge(call, project, variants, { name = `large-${Date.now().toString(36)}`, rule = RULE(name) } = {}) {
  await call('POST', `/catalog/imports?project=${project}`, csv(variants), 'text/csv');
  const pushed = await call('POST', `/rules?project=${project}`, rule, 'application/yaml');
  return call('POST', `/price-changes?project=${project}`, { title: `All ${variants} at once`, note: null, rules: [pushed.rule.id], at: null, ends: [], exclude: [] });
}
