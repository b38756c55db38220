// What the rule refuses and what it lets pass, each in a file of its own beside the console's real types.
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { faultsIn } from './rule.mjs';

const root = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
const head = `
import type { Schemas } from './api/client';
import { compareDecimals } from './shared/decimal';
import { formatMoney, type MoneyText } from './shared/format';
import { scaleOver } from './shared/scale';
declare const row: Schemas['PriceChangeRow'];
declare const price: Schemas['Money'];
`;

const refused = {
  'a destructured amount': 'const { amount } = price;\nexport const twice = Number(amount) * 2;',
  'a destructured amount under another name': 'const { amount: text } = price;\nexport const whole = parseFloat(text);',
  'an amount destructured in a parameter': 'export const asNumber = ({ amount }: MoneyText) => +amount;',
  'an amount destructured from deep within': 'const { after } = row;\nconst { amount: a = "0" } = after!;\nexport const half = a as unknown as number;',
  'an amount handed to a function': 'const read = (text: string) => Number.parseFloat(text);\nexport const it = read(price.amount);',
  'an amount handed on twice': 'const inner = (text: string) => BigInt(text);\nconst outer = (given: string) => inner(given.replace(".", ""));\nexport const it = outer(price.amount);',
  'what a function gives': 'const textOf = (money: MoneyText) => money.amount;\nexport const it = Number(textOf(price));',
  'a field of another name': 'interface Leg { from: string }\nconst legs: Leg[] = [{ from: price.amount }];\nexport const it = legs.map((leg) => Number(leg.from));',
  'amounts in a list': 'const all = [price].map((each) => each.amount);\nexport const it = all.map(Number);',
  'amounts turned at once': 'export const it = Array.from([price.amount], Number);',
  'amounts one by one': 'export let sum = 0;\nfor (const each of [price.amount]) sum += Number(each);',
  'the first of a list': 'const [first = ""] = [price.amount];\nexport const it = JSON.parse(first);',
  'an amount kept in a variable': 'let kept = "";\nkept = price.amount;\nexport const it = Number(kept);',
  'an amount within a text': 'export const it = Number(`${price.amount}0`);',
  'an amount with its parts joined': 'export const it = Number(price.amount.split(".").join(""));',
  'a prop of a component': 'const Shown = ({ text }: { text: string }) => <b>{Number(text)}</b>;\nexport const it = <Shown text={price.amount} />;',
  'a function that is expected': 'const each = (reads: (text: string) => number) => reads(price.amount);\nexport const it = each((text) => Number(text));',
  'a percentage': 'export const it = Number(row.change_pct);',
  'the most of some': 'export const it = Math.max(...([price.amount] as unknown as number[]));',
  'amounts put in order as texts': 'const { amount } = price;\nexport const it = amount < row.after!.amount;',
  'two amounts added': 'const { amount } = price;\nexport const it = amount + row.after!.amount;',
  'a number and an amount added': 'const { amount } = price;\nexport const it = 1 + amount;',
  'a rounded number': 'export const it = (1.005).toFixed(2);',
  'a picture’s scale for anything else': 'export const it = scaleOver([price.amount], 1)("1");',
};

const passed = {
  'amounts formatted': 'const { amount, currency } = price;\nexport const it = formatMoney({ amount, currency });',
  'amounts compared as numbers': 'const { amount } = price;\nexport const it = compareDecimals(amount, row.before!.amount) > 0;',
  'amounts that are the same': 'export const it = price.amount === row.after!.amount;',
  'words behind an amount': 'export const it = formatMoney(price) + " each";',
  'how many there are': 'const all = [price.amount];\nexport const it = all.length * 2;',
  'other numbers': 'const texts = "1,2".split(",");\nexport const it = texts.map(Number).length + Number(row.sku);',
  'a word among few': 'const kind: "a" | "b" = price.amount === "1" ? "a" : "b";\nexport const it = kind < "b";',
};

const imports = /import \{ (\w+)[^}]*\} from '[^']+';\n/g;
/** Nothing is imported that the text does not use. */
const fileOf = (text) => head.replace(imports, (line, name) => (text.includes(name) || (name === 'formatMoney' && text.includes('MoneyText')) ? line : '')) + text;

const cases = [...Object.entries(refused), ...Object.entries(passed)].map(([name, text], place) => ({ name, text: fileOf(text), path: `${root}/src/case-${place}.tsx` }));
let faults = [];
let program;

beforeAll(() => {
  const { config } = ts.readConfigFile(`${root}/tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const texts = new Map(cases.map(({ path, text }) => [path, text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, ...rest) => (texts.has(path) ? ts.createSourceFile(path, texts.get(path), ts.ScriptTarget.ES2023, true) : getSourceFile(path, ...rest));
  program = ts.createProgram([...texts.keys()], { ...options, noUnusedLocals: false }, host);
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(`${root}/src/`));
  faults = faultsIn(program, files, root);
}, 120_000);

const of = (name) => {
  const { path } = cases.find((each) => each.name === name);
  return faults.filter(({ file }) => `${root}/${file}` === path);
};

describe('no money is computed', () => {
  it.each(Object.keys(refused))('%s is refused', (name) => expect(of(name)).not.toEqual([]));

  it.each(Object.keys(passed))('%s passes', (name) => expect(of(name)).toEqual([]));

  it('in the console’s own files that these cases bring along', () => {
    expect(faults.filter(({ file }) => !file.includes('/case-'))).toEqual([]);
  });

  it('is shown by cases that compile', () => {
    const said = cases.flatMap(({ path }) => program.getSemanticDiagnostics(program.getSourceFile(path)));
    expect(said.map(({ messageText, file }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`).filter((text) => !/comparison|arithmetic|no overlap/.test(text))).toEqual([]);
  });

  it('and an exception that excepts nothing is refused', () => {
    const files = [program.getSourceFile(cases[0].path)];
    expect(faultsIn(program, files, root).map(({ file }) => file)).toEqual(['src/case-0.tsx', 'src/shared/decimal.ts', 'src/shared/scale.ts']);
  });
});
