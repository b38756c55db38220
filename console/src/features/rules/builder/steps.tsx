// How the price is computed: steps in order, some of which have steps of their own for some of the variants.
import { Button } from '../../../ui/button';
import { useDocumentForm } from '../../../ui/document/form-context';
import { Selection, OnlyInText } from './conditions';
import { AmountBound, Choice, ChoiceBound, DecimalBound, FaultOf, Place, TextBound } from '../../../ui/document/inputs';
import { Digits, isFields, valueAt, type Path } from '../../../ui/document/document-text';
import { stepInWords } from './sentence';
import { SmallButton } from '../../../ui/document/small-button';
import { onlyEntry, ORIGINS, REFERENCES, STEPS } from './vocabulary';
import styles from './builder.module.css';

export function Steps({ path, label }: { path: Path; label: string }) {
  const { tree, edit, focusOn } = useDocumentForm();
  const steps = valueAt(tree, path);
  const list = Array.isArray(steps) ? steps : [];
  const add = () => {
    edit({ kind: 'add', path, value: { percent: new Digits('-10') } });
    focusOn([...path, list.length]);
  };
  const remove = (index: number) => {
    edit(list.length === 1 && path.length === 1 ? { kind: 'remove', path } : { kind: 'remove', path: [...path, index] });
    focusOn([...path, 'add']);
  };
  const move = (index: number, to: number) => {
    edit({ kind: 'move', path: [...path, index], to });
    focusOn([...path, to]);
  };
  return (
    <div className={styles.stack}>
      <FaultOf path={path} />
      {list.length > 0 && (
        <ol className={styles.steps} aria-label={label}>
          {list.map((_, index) => (
            <li key={index} className={styles.step}>
              <Step path={[...path, index]} place={index + 1} count={list.length} onMove={(to) => move(index, to)} onRemove={() => remove(index)} />
            </li>
          ))}
        </ol>
      )}
      <Place path={[...path, 'add']}>
        <Button size="xs" onClick={add}>
          Add a step
        </Button>
      </Place>
    </div>
  );
}

interface StepProps {
  path: Path;
  place: number;
  count: number;
  onMove: (to: number) => void;
  onRemove: () => void;
}

function Step({ path, place, count, onMove, onRemove }: StepProps) {
  const { tree, edit, currency } = useDocumentForm();
  const value = valueAt(tree, path);
  const [kind] = onlyEntry(value) ?? [];
  const known = kind !== undefined && kind in STEPS;
  return (
    <Place path={path} wide>
      <div className={styles.rowHead}>
        {known ? (
          <div className={styles.test}>
            <Choice
              bare
              label={`Kind of step ${place}`}
              value={kind}
              options={Object.entries(STEPS).map(([each, { name }]) => [each, name])}
              onChange={(next) => edit({ kind: 'set', path, value: { [next]: STEPS[next]!.fresh(currency) } })}
            />
            <Parameter path={[...path, kind]} kind={kind} />
          </div>
        ) : (
          <OnlyInText words={value === undefined ? '' : stepInWords(value)} />
        )}
        <span className={styles.moves}>
          <SmallButton glyph="up" label={`Move step ${place} up`} blocked={place === 1} onClick={() => onMove(place - 2)} />
          <SmallButton glyph="down" label={`Move step ${place} down`} blocked={place === count} onClick={() => onMove(place)} />
          <SmallButton glyph="cross" label={`Remove step ${place}`} onClick={onRemove} />
        </span>
      </div>
      <FaultOf path={path} />
      {kind === 'if' && <Branch path={[...path, 'if']} />}
      {kind === 'tiers' && <Bands path={[...path, 'tiers']} />}
    </Place>
  );
}

/** What a step of one line needs to know. */
function Parameter({ path, kind }: { path: Path; kind: string }) {
  const { tree } = useDocumentForm();
  const value = valueAt(tree, path);
  switch (kind) {
    case 'percent':
      return <DecimalBound bare path={path} label="Percent to add; with a minus it cuts" unit="%" />;
    case 'multiply':
      return <DecimalBound bare path={path} label="Factor" />;
    case 'margin':
    case 'markup':
      return <DecimalBound bare path={path} label={kind === 'margin' ? 'Margin' : 'Percent of the cost to add'} unit="%" />;
    case 'amount':
    case 'set':
      return <AmountBound bare path={path} label={kind === 'amount' ? 'Amount to add; with a minus it cuts' : 'Amount'} />;
    case 'from':
      return isFields(value) ? <TextBound bare path={[...path, 'surface']} label="Name of the other price list" /> : <ChoiceBound bare path={path} label="Start from" options={ORIGINS} />;
    case 'match':
      return <ChoiceBound bare path={path} label="Whose price" options={REFERENCES} />;
    case 'beat':
      return (
        <>
          <ChoiceBound bare path={[...path, 'reference']} label="Whose price" options={REFERENCES} />
          <TextBound bare path={[...path, 'by']} label="By how much, such as 1 % or 0.10 EUR" />
        </>
      );
    case 'tiers':
      return (
        <ChoiceBound
          bare
          path={[...path, 'by']}
          label="What decides"
          options={[
            ['price', 'by the price before'],
            ['cost', 'by the cost'],
          ]}
        />
      );
    default:
      return null;
  }
}

function Branch({ path }: { path: Path }) {
  return (
    <div className={styles.nested}>
      <Selection path={[...path, 'when']} />
      <h4>For those</h4>
      <Steps path={[...path, 'then']} label="Steps for those" />
      <h4>For all others</h4>
      <Steps path={[...path, 'else']} label="Steps for all others" />
    </div>
  );
}

/** Bands in rising order; only the last may be open to the top. */
function Bands({ path }: { path: Path }) {
  const { tree, edit, focusOn, currency } = useDocumentForm();
  const at: Path = [...path, 'bands'];
  const bands = valueAt(tree, at);
  const list = Array.isArray(bands) ? bands : [];
  const isOpen = (index: number) => index === list.length - 1 && valueAt(list[index], ['below']) === undefined;
  const add = () => {
    const value = { below: `100 ${currency}`, steps: [{ percent: new Digits('-5') }] };
    const open = list.length > 0 && isOpen(list.length - 1);
    edit({ kind: 'add', path: at, value }, ...(open ? [{ kind: 'move', path: [...at, list.length], to: list.length - 1 } as const] : []));
    focusOn([...at, open ? list.length - 1 : list.length]);
  };
  return (
    <div className={styles.nested}>
      <FaultOf path={at} />
      <ol className={styles.steps} aria-label="Bands">
        {list.map((_, index) => (
          <li key={index} className={styles.stack}>
            <Place path={[...at, index]} wide>
              <div className={styles.rowHead}>
                {isOpen(index) ? <span>All above</span> : <AmountBound path={[...at, index, 'below']} label={`Band ${index + 1}: below`} />}
                <SmallButton
                  glyph="cross"
                  label={`Remove band ${index + 1}`}
                  blocked={list.length === 1}
                  onClick={() => {
                    edit({ kind: 'remove', path: [...at, index] });
                    focusOn(at);
                  }}
                />
              </div>
              <FaultOf path={[...at, index]} />
            </Place>
            <Steps path={[...at, index, 'steps']} label={`Steps of band ${index + 1}`} />
          </li>
        ))}
      </ol>
      <Place path={at}>
        <Button size="xs" onClick={add}>
          Add a band
        </Button>
      </Place>
    </div>
  );
}
