// What happens to the computed price: rounding, limits, and the compare-at price.
import { useDocumentForm } from '../../../ui/document/form-context';
import { AmountBound, Choice, ChoiceBound, DecimalBound, FaultOf, Place } from '../../../ui/document/inputs';
import { ENDINGS } from './operand';
import { Digits, fieldsOf, isFields, valueAt, type Path } from '../../../ui/document/document-text';
import { OnlyInText } from './conditions';
import { written } from './sentence';
import styles from './builder.module.css';

const MODES: [string, string][] = [
  ['nearest', 'to the nearest'],
  ['up', 'up'],
  ['down', 'down'],
];

export function RoundingFields() {
  const { tree, edit } = useDocumentForm();
  const path: Path = ['rounding'];
  const rounding = valueAt(tree, path);
  const how = valueAt(rounding, ['ending']) !== undefined ? 'ending' : valueAt(rounding, ['step']) !== undefined ? 'step' : 'none';
  const perCurrency = valueAt(rounding, ['per_currency']);
  const choose = (next: string) => {
    if (next === 'none') return edit({ kind: 'remove', path });
    const fresh = new Digits(next === 'ending' ? '.99' : '0.05');
    return edit({ kind: 'set', path, value: fieldsOf({ [next]: fresh, mode: valueAt(rounding, ['mode']), per_currency: perCurrency }) });
  };
  return (
    <fieldset className={styles.fields}>
      <legend>Rounding</legend>
      <div className={styles.row}>
        <Place path={path} wide>
          <Choice
            bare
            label="Rounding"
            value={how}
            options={[
              ['none', 'To the smallest coin'],
              ['ending', 'To prices that end in'],
              ['step', 'To multiples of'],
            ]}
            onChange={choose}
          />
        </Place>
        {how === 'ending' && <DecimalBound bare path={[...path, 'ending']} label="Last digits of every price" suggestions={ENDINGS} />}
        {how === 'step' && <DecimalBound bare path={[...path, 'step']} label="Every price is a multiple of" />}
        {how !== 'none' && <ChoiceBound bare path={[...path, 'mode']} label="Which way to round" options={MODES} />}
      </div>
      <FaultOf path={path} />
      {perCurrency !== undefined && <OnlyInText words={`per currency: ${written(perCurrency)}`} />}
    </fieldset>
  );
}

export function LimitFields() {
  return (
    <fieldset className={styles.fields}>
      <legend>Limits of this rule</legend>
      <p className="muted">They come last and win over the rounding. An empty one limits nothing; the guardrails hold besides.</p>
      <div className={styles.row}>
        <AmountBound optional path={['constraints', 'floor']} label="Never below" />
        <AmountBound optional path={['constraints', 'ceiling']} label="Never above" />
        <DecimalBound optional path={['constraints', 'minimum_margin', 'percent']} label="Margin at least" unit="%" />
        <DecimalBound optional path={['constraints', 'maximum_move', 'percent']} label="Move at most" unit="%" />
        <AmountBound optional path={['constraints', 'maximum_move', 'amount']} label="And at most" />
      </div>
      <FaultOf path={['constraints']} />
      <FaultOf path={['constraints', 'maximum_move']} />
      <FaultOf path={['constraints', 'minimum_margin']} />
    </fieldset>
  );
}

const HANDLINGS: [string, string][] = [
  ['keep', 'Leave it as it is'],
  ['set_to_before', 'The price before, where the price falls'],
  ['percent_above', 'So many percent above the new price'],
  ['clear', 'Take it away'],
];

export function CompareAtFields() {
  const { tree, edit } = useDocumentForm();
  const path: Path = ['compare_at'];
  const handling = valueAt(tree, path);
  const isAbove = isFields(handling) && 'percent_above' in handling;
  const choose = (next: string) => edit({ kind: 'set', path, value: next === 'percent_above' ? { percent_above: new Digits('20') } : next });
  return (
    <fieldset className={styles.fields}>
      <legend>Compare-at price</legend>
      <div className={styles.row}>
        <Place path={path} wide>
          <Choice bare label="What happens to the compare-at price" value={isAbove ? 'percent_above' : typeof handling === 'string' ? handling : 'keep'} options={HANDLINGS} onChange={choose} />
        </Place>
        {isAbove && <DecimalBound bare path={[...path, 'percent_above']} label="Percent above the new price" unit="%" />}
      </div>
      <FaultOf path={path} />
    </fieldset>
  );
}
