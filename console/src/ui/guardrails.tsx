// What guardrails said: beside one row, over a whole plan, and counted.
import type { ReactNode } from 'react';
import type { Schemas } from '../api/client';
import { countOf, formatCount } from '../shared/format';
import { guardrailName } from '../shared/guardrails';
import { guardrailVerdict } from '../shared/words';
import { Glyph } from './glyph';
import { Status } from './status';
import { Missing } from './values';
import styles from './guardrails.module.css';

type GuardrailCount = Schemas['GuardrailCount'];
type PlanVerdict = Schemas['PlanVerdict'];

interface Judged {
  violated: string[];
  near: string[];
  waived: string[];
}

/** The guardrails that had something to say of a row, each with its verdict's glyph and colour. */
export function GuardrailMarks({ row }: { row: Judged }) {
  const marks = [
    ...row.violated.map((code) => ['violated', code] as const),
    ...row.near.map((code) => ['near', code] as const),
    ...row.waived.map((code) => ['waived', code] as const),
  ];
  if (marks.length === 0) return <Missing />;
  return (
    <span className={styles.marks}>
      {marks.map(([verdict, code]) => {
        const { word, glyph, tone } = guardrailVerdict(verdict);
        return <Status key={verdict + code} word={{ word: `${word}: ${guardrailName(code)}`, glyph, tone }} quiet />;
      })}
    </span>
  );
}

export const isJudged = (row: Judged) => row.violated.length + row.near.length + row.waived.length > 0;

/** A guardrail's counts as one sentence: `12 rows stopped, 61 near, 3 waived`. */
export function countsInWords({ violated, near, waived }: GuardrailCount): string {
  const said = [
    ...(violated > 0 ? [`${countOf(violated, 'row', 'rows')} stopped`] : []),
    ...(near > 0 ? [`${formatCount(near)} near its limit`] : []),
    ...(waived > 0 ? [`${formatCount(waived)} passing by a waiver`] : []),
  ];
  return said.join(', ');
}

/** The worst verdict that a guardrail gave to any row. */
export const worstOf = (count: GuardrailCount) => (count.violated > 0 ? 'violated' : count.near > 0 ? 'near' : count.waived > 0 ? 'waived' : 'passed');

/** What each guardrail said of the rows, those with nothing to say left out; `act` stands behind each. */
export function GuardrailCounts({ counts, act }: { counts: GuardrailCount[]; act?: (count: GuardrailCount) => ReactNode }) {
  return (
    <ul className={styles.verdicts} aria-label="Guardrails over the rows">
      {counts.map((count) => (
        <Said key={count.guardrail} verdict={worstOf(count)} name={guardrailName(count.guardrail)} act={act?.(count)}>
          {countsInWords(count)}.
        </Said>
      ))}
    </ul>
  );
}

/** What the guardrails say that look at the whole plan: what was measured, the limit, and in words. */
export function PlanVerdicts({ verdicts, act }: { verdicts: PlanVerdict[]; act?: (verdict: PlanVerdict) => ReactNode }) {
  return (
    <ul className={styles.verdicts} aria-label="Guardrails over the whole plan">
      {verdicts.map((verdict) => (
        <Said key={verdict.guardrail} verdict={verdict.verdict} name={guardrailName(verdict.guardrail)} act={act?.(verdict)}>
          {verdict.limit ? `${verdict.value}; the limit is ${verdict.limit}.` : `${verdict.value}.`}
          {verdict.detail && verdict.verdict !== 'passed' && ` ${verdict.detail}`}
        </Said>
      ))}
    </ul>
  );
}

function Said({ verdict, name, act, children }: { verdict: string; name: string; act?: ReactNode; children: ReactNode }) {
  const { word, glyph, tone } = guardrailVerdict(verdict);
  return (
    <li data-tone={tone}>
      <Glyph name={glyph} />
      <span>
        <span className="visually-hidden">{word}: </span>
        <strong>{name}</strong>: {children}
      </span>
      {act}
    </li>
  );
}
