// Test cases: a variant, and what the rule shall make of it. They stand in the rule's document and are run with every change.
import { Button } from '../../../ui/button';
import { Glyph } from '../../../ui/glyph';
import type { Schemas } from '../../../api/client';
import { countOf } from '../../../shared/format';
import { useDocumentForm } from '../../../ui/document/form-context';
import { AmountBound, ChoiceBound, FaultOf, Place, TextBound } from '../../../ui/document/inputs';
import { isFields, valueAt, type Path, type Value } from '../../../ui/document/document-text';
import { OnlyInText } from './conditions';
import { SmallButton } from '../../../ui/document/small-button';
import { TextsBound } from '../../../ui/document/texts-input';
import { written } from './sentence';
import styles from './builder.module.css';

type RuleTests = Schemas['RuleTests'];

const TESTS: Path = ['tests'];
/** What has fields here; the rest of a variant can be said in the text. */
const GIVEN = ['price', 'cost', 'tags', 'vendor', 'product_type', 'sku'];

const OUTCOMES: [string, string][] = [
  ['', 'any outcome'],
  ['raise', 'up'],
  ['cut', 'down'],
  ['same', 'same'],
  ['blocked', 'blocked'],
  ['skipped', 'skipped'],
  ['not_selected', 'not selected'],
];

export function TestCases({ results, outdated }: { results: RuleTests | undefined; outdated: boolean }) {
  const { tree, edit, focusOn, currency } = useDocumentForm();
  const tests = valueAt(tree, TESTS);
  const list = Array.isArray(tests) ? tests : [];
  const add = () => {
    const value: Value = { given: { price: `25 ${currency}` }, expect: { price: `20 ${currency}` } };
    edit({ kind: 'add', path: TESTS, value });
    focusOn([...TESTS, list.length]);
  };
  const remove = (index: number) => {
    edit(list.length === 1 ? { kind: 'remove', path: TESTS } : { kind: 'remove', path: [...TESTS, index] });
    focusOn([...TESTS, 'add']);
  };
  const said = list.length === 0 ? '' : results === undefined || outdated ? 'Running' : results.failed === 0 ? `${countOf(list.length, 'test', 'tests')} passed` : `${countOf(results.failed, 'test', 'tests')} of ${list.length} failed`;
  return (
    <div className={styles.stack}>
      <p className="muted">A variant and the price you expect. The rule is taken alone, and in force whatever its schedule says.</p>
      <p role="status" className="visually-hidden">
        {said}
      </p>
      {list.length > 0 && (
        <ol className={styles.tests} aria-label="Test cases">
          {list.map((_, index) => (
            <TestCase key={index} path={[...TESTS, index]} place={index + 1} result={outdated ? undefined : results?.tests[index]} onRemove={() => remove(index)} />
          ))}
        </ol>
      )}
      <FaultOf path={TESTS} />
      <Place path={[...TESTS, 'add']}>
        <Button size="xs" onClick={add}>
          Add a test case
        </Button>
      </Place>
    </div>
  );
}

function TestCase({ path, place, result, onRemove }: { path: Path; place: number; result: RuleTests['tests'][number] | undefined; onRemove: () => void }) {
  const { tree, suggestions } = useDocumentForm();
  const given = valueAt(tree, [...path, 'given']);
  const more = isFields(given) ? Object.entries(given).filter(([name]) => !GIVEN.includes(name)) : [];
  return (
    <li>
      <Place path={path} wide>
        <div className={styles.testHead}>
          <Verdict result={result} />
          <TextBound bare optional path={[...path, 'name']} label={`Name of test ${place}`} placeholder="Name (optional)" />
          <SmallButton glyph="cross" label={`Remove test ${place}`} onClick={onRemove} />
        </div>
        <div className={styles.row}>
          <AmountBound optional path={[...path, 'given', 'price']} label="Price" />
          <AmountBound optional path={[...path, 'given', 'cost']} label="Cost" />
          <div>
            <span className={styles.label}>Tags</span>
            <TextsBound path={[...path, 'given', 'tags']} label={`Tags of test ${place}`} suggestions={suggestions.tag} />
          </div>
          <TextBound optional path={[...path, 'given', 'vendor']} label="Vendor" suggestions={suggestions.vendor ?? []} />
        </div>
        {more.length > 0 && <OnlyInText words={more.map(([name, value]) => `${name.replaceAll('_', ' ')} ${written(value)}`).join(', ')} />}
        <div className={styles.row}>
          <AmountBound optional path={[...path, 'expect', 'price']} label="Expected price" />
          <Outcome path={[...path, 'expect', 'outcome']} />
        </div>
        <FaultOf path={path} />
        <FaultOf path={[...path, 'expect']} />
        {result !== undefined && result.problems.length > 0 && (
          <ul className={styles.problems}>
            {result.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        )}
      </Place>
    </li>
  );
}

function Outcome({ path }: { path: Path }) {
  return <ChoiceBound optional path={path} label="Expected outcome" options={OUTCOMES} />;
}

function Verdict({ result }: { result: RuleTests['tests'][number] | undefined }) {
  const [tone, glyph, word] = result === undefined ? (['neutral', 'wait', 'Not run'] as const) : result.problems.length === 0 ? (['ok', 'check', 'Passed'] as const) : (['blocked', 'cross', 'Failed'] as const);
  return (
    <span className={styles.verdict} data-tone={tone}>
      <Glyph name={glyph} />
      {word}
    </span>
  );
}
