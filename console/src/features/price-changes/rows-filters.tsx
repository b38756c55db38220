// What narrows, groups and searches the rows of a plan, each with the number of rows that it leaves.
import type { Schemas } from '../../api/client';
import { guardrailName } from '../../shared/guardrails';
import { toggled } from '../../shared/url';
import { outcomeWord } from '../../shared/words';
import { Button } from '../../ui/button';
import { Chips } from '../../ui/chips';
import { CopyAs } from '../../ui/copy-as';
import { SearchField, SelectField } from '../../ui/fields';
import { OUTCOMES, outcomesAskedFor, type Outcome, type RowsPart } from './parts';
import { GROUPINGS, type Grouping } from './row-groups';
import { rowsElsewhere } from './rows-elsewhere';
import { changesAsked, marginsAsked, type RowsFilter } from './rows-filter';
import styles from './price-changes.module.css';

interface RowsFiltersProps {
  changeId: string;
  part: RowsPart;
  values: RowsFilter;
  /** Rows under all filters but that of outcomes; unknown while they are counted. */
  counts: Pick<Schemas['RowCounts'], Outcome> | undefined;
  guardrails: readonly string[];
  grouping: Grouping | null;
  typed: string;
  onType: (text: string) => void;
  onChange: (next: Partial<RowsFilter>) => void;
}

export function RowsFilters({ changeId, part, values, counts, guardrails, grouping, typed, onType, onChange }: RowsFiltersProps) {
  const [changes, margins] = [changesAsked(values), marginsAsked(values)];
  return (
    <div className={styles.rowFilters}>
      <Chips
        label="Filter by outcome"
        chips={OUTCOMES[part].map((outcome) => ({ value: outcome, word: outcomeWord(outcome), count: counts?.[outcome] }))}
        chosen={values.outcome}
        onToggle={(outcome) => onChange({ outcome: toggled(values.outcome, outcome) })}
        onClear={() => onChange({ outcome: [] })}
      />
      {(guardrails.length > 0 || values.guardrail !== '') && (
        <SelectField
          label="Guardrail"
          value={values.guardrail}
          onChange={(guardrail) => onChange({ guardrail })}
          options={[['', 'Any guardrail'], ...withChosen(guardrails, values.guardrail).map((code): [string, string] => [code, guardrailName(code)])]}
        />
      )}
      <SelectField label="Group by" value={grouping ?? ''} onChange={(group) => onChange({ group })} options={[['', 'Not grouped'], ...groupings(guardrails)]} />
      {changes !== null && (
        <Button size="xs" onClick={() => onChange({ 'delta_pct[gte]': '', 'delta_pct[lt]': '' })}>
          {`Changes ${changes} ✕`}
        </Button>
      )}
      {margins !== null && (
        <Button size="xs" onClick={() => onChange({ 'margin_pct[gte]': '', 'margin_pct[lt]': '' })}>
          {`Margin ${margins} ✕`}
        </Button>
      )}
      <SearchField label="SKU or title" value={typed} onChange={onType} />
      <CopyAs forms={rowsElsewhere(changeId, values, outcomesAskedFor(part, values.outcome, values.guardrail), location.origin)} />
    </div>
  );
}

const groupings = (guardrails: readonly string[]) =>
  Object.entries(GROUPINGS)
    .filter(([by]) => by !== 'guardrail' || guardrails.length > 0)
    .map(([by, name]): [string, string] => [by, `By ${name.charAt(0).toLowerCase()}${name.slice(1)}`]);

/** What is chosen can always be seen, even when the plan has nothing of it. */
const withChosen = (codes: readonly string[], chosen: string) => (chosen === '' || codes.includes(chosen) ? codes : [...codes, chosen]);
