// Where amounts come in: what the API calls money, a percentage of money, or a step of a trace.
import ts from 'typescript';

/** A step of an explained price names its amounts like this; they are texts of a JSON text. */
const OF_A_TRACE = new Set(['input', 'limit', 'output', 'value']);

/** Whether a property is declared as an amount: of anything that has a currency too, or by the API's names. */
export function isSource(declaration) {
  if (!ts.isPropertySignature(declaration)) return false;
  const name = declaration.name.text;
  const beside = declaration.parent.members.map((member) => member.name?.text);
  if (name === 'amount') return beside.includes('currency');
  if (ts.isInterfaceDeclaration(declaration.parent) && declaration.parent.name.text === 'TraceStep') return OF_A_TRACE.has(name);
  return declaration.getSourceFile().fileName.endsWith('/api/schema.d.ts') && (name === 'amounts' || name.endsWith('_pct'));
}

const CONTAINERS = new Set(['Array', 'Iterable', 'IterableIterator', 'Map', 'MapIterator', 'Promise', 'ReadonlyArray', 'ReadonlyMap', 'ReadonlySet', 'Set', 'SetIterator', 'ArrayIterator']);
const FREE_TEXT = ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral | ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.TypeParameter;

/** Whether a value of this type can be a free text or hold some; one of a few words cannot be an amount. */
export function carriesText(checker, type) {
  if (type.flags & FREE_TEXT) return true;
  if (type.isUnionOrIntersection()) return type.types.some((each) => carriesText(checker, each));
  if (checker.isArrayType(type) || checker.isTupleType(type) || CONTAINERS.has(type.symbol?.name)) {
    return checker.getTypeArguments(type).some((each) => each !== type && carriesText(checker, each));
  }
  const index = type.getStringIndexType();
  return index !== undefined && index !== type && carriesText(checker, index);
}
