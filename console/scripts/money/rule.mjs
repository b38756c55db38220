// No money is computed in the browser. Refused is whatever makes a number of an amount, reckons with one, or puts two in order other than
// by `compareDecimals`, under whatever name the amount arrives there.
import ts from 'typescript';
import { amountsIn } from './flow.mjs';

/** Functions in which an amount may become a number; where one may be called from is named for those that give a number away. */
export const EXCEPT = [
  { file: 'src/shared/decimal.ts', name: 'compareDecimals', why: 'it tells which of two is the smaller, over whole numbers of any size, and gives no amount' },
  {
    file: 'src/shared/scale.ts',
    name: 'scaleOver',
    why: 'it tells where a value stands in a picture; what it gives is a distance on the screen',
    from: ['src/features/price-changes/margin-scatter.tsx', 'src/ui/bullet.tsx', 'src/ui/change-histogram.tsx', 'src/ui/price-timeline.tsx', 'src/ui/waterfall.tsx'],
  },
];

const { SyntaxKind: Kind } = ts;
const NUMBERS = new Set(['BigInt', 'JSON.parse', 'Number', 'Number.parseFloat', 'Number.parseInt', 'parseFloat', 'parseInt']);
const ROUNDS = new Set(['toExponential', 'toFixed', 'toPrecision']);
const ORDERS = new Set([Kind.GreaterThanEqualsToken, Kind.GreaterThanToken, Kind.LessThanEqualsToken, Kind.LessThanToken]);
const RECKONS = new Set([
  ...[Kind.AmpersandToken, Kind.AsteriskAsteriskToken, Kind.AsteriskToken, Kind.BarToken, Kind.CaretToken, Kind.GreaterThanGreaterThanGreaterThanToken, Kind.GreaterThanGreaterThanToken, Kind.LessThanLessThanToken, Kind.MinusToken, Kind.PercentToken, Kind.SlashToken],
  ...[Kind.AsteriskAsteriskEqualsToken, Kind.AsteriskEqualsToken, Kind.MinusEqualsToken, Kind.PercentEqualsToken, Kind.SlashEqualsToken],
]);
const TURNS = new Set([Kind.MinusMinusToken, Kind.MinusToken, Kind.PlusPlusToken, Kind.PlusToken, Kind.TildeToken]);
const NUMBER_LIKE = ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike;

/** What is wrong in `files`, each as `{ file, line, said }`; file names are told from `root`. */
export function faultsIn(program, files, root, except = EXCEPT) {
  const faults = [];
  const used = new Set();
  const look = new Look(program.getTypeChecker(), amountsIn(program, files));
  for (const file of files) {
    const name = file.fileName.replace(`${root}/`, '');
    const fault = (node, said) => faults.push({ file: name, line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1, said });
    const visit = (node) => {
      const said = look.at(node);
      const exempt = said === null ? undefined : except.find((each) => each.file === name && isWithin(node, each.name));
      if (exempt) used.add(exempt);
      else if (said !== null) fault(node, `${said}; let the server reckon, and show its text`);
      const stranger = ts.isImportSpecifier(node) && except.find((each) => each.from && !each.from.includes(name) && !isTest(name) && (node.propertyName ?? node.name).text === each.name);
      if (stranger) fault(node, `${stranger.name} is for pictures only: ${stranger.why}`);
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  for (const each of except) if (!used.has(each)) faults.push({ file: each.file, line: 1, said: `${each.name} makes no number of an amount any more; it needs no exception` });
  return faults;
}

export const isTest = (name) => /\.test\.tsx?$/.test(name);

const isWithin = (node, name) => ts.findAncestor(node, (above) => ts.isFunctionDeclaration(above) && above.name?.text === name) !== undefined;

class Look {
  constructor(checker, holds) {
    Object.assign(this, { checker, holds });
  }

  /** Why `node` is refused, or null. */
  at(node) {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) return this.#call(node);
    if (ts.isBinaryExpression(node)) return this.#binary(node);
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return TURNS.has(node.operator) && this.holds(node.operand) ? 'an amount is reckoned with' : null;
    if (ts.isAsExpression(node)) return this.#isNumber(node) && this.holds(node.expression) ? 'an amount is passed off as a number' : null;
    return null;
  }

  #call(call) {
    const name = call.expression.getText();
    const given = (call.arguments ?? []).map((argument) => (ts.isSpreadElement(argument) ? argument.expression : argument));
    const of = ts.isPropertyAccessExpression(call.expression) ? call.expression : null;
    if (of && ROUNDS.has(of.name.text)) return `\`${of.name.text}\` rounds a binary fraction`;
    const holding = given.some((argument) => this.holds(argument));
    if (holding && (NUMBERS.has(name) || name.startsWith('Math.'))) return 'an amount becomes a number';
    // `amounts.map(Number)`, `Array.from(amounts, Number)`
    if ((holding || (of && this.holds(of.expression))) && given.some((argument) => NUMBERS.has(argument.getText()))) return 'amounts become numbers';
    return null;
  }

  #binary({ left, right, operatorToken: { kind } }) {
    const [first, second] = [this.holds(left), this.holds(right)];
    if (!first && !second) return null;
    if (RECKONS.has(kind)) return 'an amount is reckoned with';
    if (ORDERS.has(kind)) return 'amounts are compared as texts; `compareDecimals` compares them as numbers';
    // To put words behind an amount is no sum; to put a number or another amount there is meant as one.
    const adds = kind === Kind.PlusToken || kind === Kind.PlusEqualsToken;
    return adds && ((first && second) || this.#isNumber(left) || this.#isNumber(right)) ? 'an amount is reckoned with' : null;
  }

  #isNumber(node) {
    return (this.checker.getTypeAtLocation(node).flags & NUMBER_LIKE) !== 0;
  }
}
