// What a condition compares with: a text, several, an amount, a number, a span of time, an instant.
import { TextInput } from '@mantine/core';
import { faultAt, useDocumentForm, type Suggested } from '../../../ui/document/form-context';
import { AmountBound, Choice, DecimalBound, Place, TextBound } from '../../../ui/document/inputs';
import { textOf, valueAt, type Path } from '../../../ui/document/document-text';
import { TextsBound } from '../../../ui/document/texts-input';
import { CONDITION_FIELDS, type Comparison } from './vocabulary';
import styles from './builder.module.css';

interface OperandProps {
  /** Where the operand stands, such as `/select/price/lt`. */
  path: Path;
  field: string;
  comparison: Comparison;
}

const suggested = (field: string) => (['vendor', 'product_type', 'tag', 'collection'].includes(field) ? (field as Suggested) : null);

/** The endings that shops use most. */
export const ENDINGS = ['.99', '.95', '.90', '.49', '.00', '9.90', '9.00'];

export function Operand({ path, field, comparison }: OperandProps) {
  const { suggestions } = useDocumentForm();
  const name = CONDITION_FIELDS[field]?.name ?? field;
  const unit = CONDITION_FIELDS[field]?.unit;
  const known = suggested(field);
  const list = known === null ? undefined : suggestions[known];
  switch (comparison.operand) {
    case 'none':
      return null;
    case 'text':
      return <TextBound bare path={path} label={name} suggestions={comparison.code === 'is' ? list : undefined} />;
    case 'pattern':
      return <TextBound bare path={path} label={`${name}: * stands for any letters, ? for one`} />;
    case 'texts':
      return <TextsBound path={path} label={name} suggestions={list} />;
    case 'amount':
      return <AmountBound bare path={path} label={name} />;
    case 'decimal':
      return <DecimalBound bare path={path} label={name} unit={unit} />;
    case 'amounts':
      return (
        <Pair>
          <AmountBound bare path={[...path, 0]} label={`${name} from`} />
          <AmountBound bare path={[...path, 1]} label={`${name} to`} />
        </Pair>
      );
    case 'decimals':
      return (
        <Pair>
          <DecimalBound bare path={[...path, 0]} label={`${name} from`} unit={unit} />
          <DecimalBound bare path={[...path, 1]} label={`${name} to`} unit={unit} />
        </Pair>
      );
    case 'ending':
      return <DecimalBound bare path={path} label={`Last digits of ${name.toLowerCase()}`} suggestions={ENDINGS} />;
    case 'span':
      return <Span path={path} name={name} />;
    case 'instant':
      return <TextBound bare path={path} label={`${name}, as an instant such as 2026-11-20T13:00:00Z`} />;
  }
}

function Pair({ children }: { children: [React.ReactNode, React.ReactNode] }) {
  return (
    <div className={styles.pair}>
      {children[0]}
      <span>and</span>
      {children[1]}
    </div>
  );
}

const UNITS: [string, string][] = [
  ['hours', 'hours'],
  ['days', 'days'],
  ['weeks', 'weeks'],
];

/** `90 days` as a number and a unit. */
function Span({ path, name }: { path: Path; name: string }) {
  const { tree, edit, faults } = useDocumentForm();
  const [, count = '', unit = 'days'] = /^(\S*)\s*(\w*)$/.exec(textOf(valueAt(tree, path))) ?? [];
  const plural = unit === '' ? 'days' : unit.endsWith('s') ? unit : `${unit}s`;
  const write = (nextCount: string, nextUnit: string) => edit({ kind: 'set', path, value: `${nextCount} ${nextUnit}`.trim() });
  const error = faultAt(faults, path);
  return (
    <div className={styles.pair}>
      <Place path={path}>
        <TextInput aria-label={`${name}: how many`} value={count} error={error} inputMode="numeric" autoComplete="off" onChange={(event) => write(event.currentTarget.value.trim(), plural)} />
      </Place>
      <Choice bare label={`${name}: hours, days or weeks`} value={plural} options={UNITS} onChange={(next) => write(count, next)} />
    </div>
  );
}
