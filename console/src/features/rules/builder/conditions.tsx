// The conditions of a rule: comparisons with fields, in groups of which all or any must hold, each of them turned round by `not`.
import { Button } from '../../../ui/button';
import { useDocumentForm } from '../../../ui/document/form-context';
import { Choice, FaultOf, Place, TextBound } from '../../../ui/document/inputs';
import { Operand } from './operand';
import { fieldsOf, isFields, valueAt, type Path, type Value } from '../../../ui/document/document-text';
import { conditionInWords, written } from './sentence';
import { SmallButton } from '../../../ui/document/small-button';
import { COMPARISONS, comparisonIn, CONDITION_FIELDS, newCondition, onlyEntry, operandFor } from './vocabulary';
import styles from './builder.module.css';

type GroupName = 'all' | 'any';

const isGroup = (name: string | undefined): name is GroupName => name === 'all' || name === 'any';

const WHICH: [value: string, word: string][] = [
  ['every', 'Every variant'],
  ['all', 'Variants for which all of this holds'],
  ['any', 'Variants for which any of this holds'],
];

/** The whole selector of a rule: every variant, or those that conditions choose. */
export function Selection({ path }: { path: Path }) {
  const { tree, edit } = useDocumentForm();
  const select = valueAt(tree, path);
  const [name] = onlyEntry(select) ?? [];
  const which = name === 'all_variants' ? 'every' : name === 'any' ? 'any' : 'all';
  const choose = (next: string) => {
    if (next === 'every') edit({ kind: 'set', path, value: { all_variants: true } });
    else if (select === undefined || name === 'all_variants') edit({ kind: 'set', path, value: { [next]: [newCondition('tag')] } });
    else if (isGroup(name)) edit({ kind: 'rename', path: [...path, name], to: next });
    else edit({ kind: 'wrap', path, into: next as GroupName });
  };
  return (
    <div className={styles.stack}>
      <Place path={path}>
        <Choice label="Which variants" value={select === undefined ? '' : which} options={select === undefined ? [['', 'Choose which'], ...WHICH] : WHICH} onChange={choose} />
        <FaultOf path={path} />
      </Place>
      {which !== 'every' && select !== undefined && (isGroup(name) ? <Members path={[...path, name]} /> : <Alone path={path} />)}
    </div>
  );
}

/** A condition that stands in no group; adding another makes a group of them. */
function Alone({ path }: { path: Path }) {
  const { edit, focusOn } = useDocumentForm();
  const add = () => {
    edit({ kind: 'wrap', path, into: 'all' }, { kind: 'add', path: [...path, 'all'], value: newCondition('tag') });
    focusOn([...path, 'all', 1]);
  };
  return (
    <>
      <ul className={styles.conditions} aria-label="Conditions">
        <Condition path={path} place={1} />
      </ul>
      <Button size="xs" onClick={add}>
        Add a condition
      </Button>
    </>
  );
}

/** The conditions of a group, and how to add to them. */
function Members({ path, onRemove }: { path: Path; onRemove?: () => void }) {
  const { tree, edit, focusOn } = useDocumentForm();
  const members = valueAt(tree, path);
  const list = Array.isArray(members) ? members : [];
  const add = (value: Value) => {
    edit({ kind: 'add', path, value });
    focusOn([...path, list.length]);
  };
  const other: GroupName = path.at(-1) === 'all' ? 'any' : 'all';
  const remove = (index: number) => {
    edit({ kind: 'remove', path: [...path, index] });
    focusOn(path);
  };
  return (
    <div className={styles.stack}>
      <FaultOf path={path} />
      {list.length > 0 && (
        <ul className={styles.conditions} aria-label={path.at(-1) === 'all' ? 'All of these hold' : 'Any of these holds'}>
          {list.map((_, index) => (
            <Condition key={index} path={[...path, index]} place={index + 1} onRemove={() => remove(index)} />
          ))}
        </ul>
      )}
      <Place path={path}>
        <span className={styles.adds}>
          <Button size="xs" onClick={() => add(newCondition('tag'))}>
            Add a condition
          </Button>
          <Button size="xs" weight="quiet" onClick={() => add({ [other]: [newCondition('tag'), newCondition('price')] })}>
            Add a group
          </Button>
          {onRemove && list.length === 0 && (
            <Button size="xs" weight="quiet" onClick={onRemove}>
              Remove the group
            </Button>
          )}
        </span>
      </Place>
    </div>
  );
}

interface ConditionProps {
  path: Path;
  /** Its place among its neighbours, from 1, as its buttons name it. */
  place: number;
  onRemove?: (() => void) | undefined;
}

function Condition({ path, place, onRemove }: ConditionProps) {
  const { tree, edit, focusOn } = useDocumentForm();
  const value = valueAt(tree, path);
  const isTurned = isFields(value) && onlyEntry(value)?.[0] === 'not';
  const inner: Path = isTurned ? [...path, 'not'] : path;
  const turn = () => {
    edit(isTurned ? { kind: 'unwrap', path } : { kind: 'wrap', path, into: 'not' });
    focusOn(path);
  };
  const [name] = onlyEntry(valueAt(tree, inner)) ?? [];
  const said = isGroup(name) ? `group ${place}` : `condition ${place}`;
  return (
    <li className={styles.condition} data-group={isGroup(name) || undefined}>
      <Place path={path} wide>
        <div className={styles.rowHead}>
          <button type="button" className={styles.not} aria-pressed={isTurned} aria-label={`Not ${said}`} title="Turns the condition round" onClick={turn}>
            not
          </button>
          {isGroup(name) && (
            <Choice
              bare
              label={`Which of ${said} must hold`}
              value={name}
              options={[
                ['all', 'all of these'],
                ['any', 'any of these'],
              ]}
              onChange={(next) => edit({ kind: 'rename', path: [...inner, name], to: next })}
            />
          )}
          {!isGroup(name) && <Test path={inner} place={place} />}
          {onRemove && <SmallButton glyph="cross" label={`Remove ${said}`} onClick={onRemove} />}
        </div>
        <FaultOf path={inner} />
        {isGroup(name) && <Members path={[...inner, name]} {...(onRemove ? { onRemove } : {})} />}
      </Place>
    </li>
  );
}

/** One comparison: field, how it compares, with what. */
function Test({ path, place }: { path: Path; place: number }) {
  const { tree, edit } = useDocumentForm();
  const value = valueAt(tree, path);
  const [field, test] = onlyEntry(value) ?? [];
  const known = field === undefined ? undefined : CONDITION_FIELDS[field];
  const found = known && comparisonIn(known.kind, test);
  if (field === undefined || !known || !found) return <OnlyInText words={value === undefined ? '' : conditionInWords(value)} />;

  const at: Path = [...path, field];
  const changeField = (next: string) => (CONDITION_FIELDS[next]?.kind === known.kind ? edit({ kind: 'rename', path: at, to: next }) : edit({ kind: 'set', path, value: newCondition(next) }));
  const changeComparison = (key: string) => {
    const to = COMPARISONS[known.kind].find((each) => each.key === key);
    const custom = known.kind === 'custom' ? (valueAt(test, ['key']) ?? '') : undefined;
    if (to) edit({ kind: 'set', path: at, value: fieldsOf({ key: custom, [to.code]: operandFor(to, found.operand) }) });
  };
  return (
    <div className={styles.test}>
      <Choice bare label={`Field of condition ${place}`} value={field} options={Object.entries(CONDITION_FIELDS).map(([each, { name }]) => [each, name])} onChange={changeField} />
      {known.kind === 'custom' && <TextBound bare path={[...at, 'key']} label="Name of the custom field" />}
      <Choice bare label={`Comparison of condition ${place}`} value={found.comparison.key} options={COMPARISONS[known.kind].map(({ key, name }) => [key, name])} onChange={changeComparison} />
      <Operand path={[...at, found.comparison.code]} field={field} comparison={found.comparison} />
      <FaultOf path={at} />
    </div>
  );
}

/** What this console has no fields for stays as it is written, and the text can say it. */
export function OnlyInText({ words }: { words: string }) {
  const { showText } = useDocumentForm();
  return (
    <span className={styles.onlyInText}>
      <code>{words === '' ? written(undefined) : words}</code>
      <Button size="xs" weight="quiet" onClick={showText}>
        Change it in the text
      </Button>
    </span>
  );
}
