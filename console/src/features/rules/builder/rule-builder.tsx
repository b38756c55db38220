// The builder: when, do, and beside them what it would do. It reads the text and writes the text; there is no second rule.
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Schemas } from '../../../api/client';
import type { FieldFault } from '../../../api/problem';
import { useProject } from '../../../app/project';
import { placedFault } from '../../../shared/faults';
import { verdictOf, type Checked } from '../../../shared/verdict';
import { Button } from '../../../ui/button';
import { Card } from '../../../ui/card';
import { Glyph } from '../../../ui/glyph';
import { FormContext, placeOf, useDocumentForm, type DocumentForm } from '../../../ui/document/form-context';
import { Selection } from './conditions';
import { TextBound } from '../../../ui/document/inputs';
import { pathOf, whereInWords } from './place-words';
import { CompareAtFields, LimitFields, RoundingFields } from './result';
import { pointerOf, textOf, valueAt, type Edit, type Path, type Value } from '../../../ui/document/document-text';
import { ruleInWords } from './sentence';
import { Steps } from './steps';
import { TestCases } from './test-cases';
import { RankFields, ScheduleFields } from './time-and-rank';
import { useSuggestions } from './use-suggestions';
import styles from './builder.module.css';

interface RuleBuilderProps {
  tree: Value;
  faults: FieldFault[];
  checked: Checked;
  /** Nothing was written yet, so nothing is said about it. */
  pristine: boolean;
  faultsId: string;
  tests: Schemas['RuleTests'] | undefined;
  outdated: boolean;
  onEdit: (edits: Edit[]) => void;
  onShowText: () => void;
  /** The third column. */
  preview: ReactNode;
  /** Under the name: the acts of the page. */
  acts: ReactNode;
}

export function RuleBuilder({ tree, faults, checked, pristine, faultsId, tests, outdated, onEdit, onShowText, preview, acts }: RuleBuilderProps) {
  const root = useRef<HTMLDivElement>(null);
  const { currency } = useProject();
  const suggestions = useSuggestions();
  const focusOn = useFocusOn(root);
  const builder: DocumentForm = useMemo(
    () => ({ tree, faults, currency, suggestions, focusOn, edit: (...edits) => onEdit(edits), showText: onShowText }),
    [tree, faults, currency, suggestions, focusOn, onEdit, onShowText],
  );
  return (
    <FormContext value={builder}>
      <div className={styles.builder} ref={root}>
        <Card title="The rule">
          <div className={styles.head}>
            <div className={styles.stack}>
              <TextBound path={['name']} label="Name" long />
              <TextBound optional path={['description']} label="What it is for (optional)" long />
              <NameItself />
            </div>
            <div className={styles.stack}>
              <p className={styles.sentence}>{ruleInWords(tree).join(' ')}</p>
              <div id={faultsId}>{!pristine && <Faults faults={faults} checked={checked} onGoTo={(pointer) => focusOn(pathOf(pointer))} />}</div>
              {acts}
            </div>
          </div>
        </Card>
        <div className={styles.columns}>
          <Card title="When">
            <div className={styles.part}>
              <Selection path={['select']} />
              <ScheduleFields />
              <RankFields />
            </div>
          </Card>
          <Card title="Do">
            <div className={styles.part}>
              <Steps path={['steps']} label="Steps" />
              <RoundingFields />
              <LimitFields />
              <CompareAtFields />
            </div>
          </Card>
          {preview}
        </div>
        <Card title="Test cases">
          <TestCases results={tests} outdated={outdated} />
        </Card>
      </div>
    </FormContext>
  );
}

/** For who has no name yet: the rule is called after what it does. */
function NameItself() {
  const { tree, edit } = useDocumentForm();
  if (textOf(valueAt(tree, ['name'])).trim() !== '') return null;
  const words = ruleInWords(tree)[0]!.replace(/^For /, '').replace(/\.$/, '');
  return (
    <span>
      <Button size="xs" onClick={() => edit({ kind: 'set', path: ['name'], value: words.charAt(0).toUpperCase() + words.slice(1, 110) })}>
        Name it after what it does
      </Button>
    </span>
  );
}

/** What is wrong, each with a way to its field. */
function Faults({ faults, checked, onGoTo }: { faults: FieldFault[]; checked: Checked; onGoTo: (pointer: string) => void }) {
  const { word, glyph, tone } = verdictOf(checked, faults);
  return (
    <div className={styles.faults}>
      <p role="status" data-tone={tone}>
        <Glyph name={glyph} />
        {word}
      </p>
      {faults.length > 0 && (
        <ul>
          {faults.map((fault) => (
            <li key={fault.pointer + fault.detail}>
              <button type="button" onClick={() => onGoTo(fault.pointer)}>
                {whereInWords(pathOf(fault.pointer))}
              </button>
              : {placedFault(fault).detail}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Moves the focus once the place is drawn. */
function useFocusOn(root: React.RefObject<HTMLDivElement | null>) {
  const [wanted, setWanted] = useState<{ pointer: string } | null>(null);
  useEffect(() => {
    if (wanted === null || root.current === null) return;
    const place = placeOf(root.current, wanted.pointer);
    place?.querySelector<HTMLElement>('input, select, button:not([aria-pressed])')?.focus();
  }, [wanted, root]);
  return useCallback((path: Path) => setWanted({ pointer: pointerOf(path) }), []);
}
