// "Can these rules ever …?": proved for any variant whatever, or refuted by one for which they do.
import { useState } from 'react';
import { $api, type Schemas } from '../../api/client';
import { useProject } from '../../app/project';
import { Button } from '../../ui/button';
import { Card, Facts } from '../../ui/card';
import { SelectField, TextField } from '../../ui/fields';
import { Glyph } from '../../ui/glyph';
import { ProblemPanel } from '../../ui/problem-panel';
import { formatMoney } from '../../shared/format';
import { marksOf } from './ladder';
import { LadderFigure } from './ladder-figure';
import { propertyOf, PROPERTIES, type PropertyName } from './proof-words';
import styles from './check-rules.module.css';

export function ProofCard({ rules }: { rules: string[] }) {
  const { slug, currency } = useProject();
  const [name, setName] = useState<PropertyName>('not_below_cost');
  const [value, setValue] = useState('');
  const prove = $api.useMutation('post', '/api/v1/rules/prove');
  const { unit, says } = PROPERTIES[name];
  const change = (act: () => void) => {
    prove.reset();
    act();
  };
  const missing = unit !== null && value.trim() === '';
  const submit = () => prove.mutate({ body: { rules, property: propertyOf(name, value.trim(), currency) }, params: { query: { project: slug } } });
  const said = says(unit === 'amount' ? `${value.trim()} ${currency}` : `${value.trim()} %`);
  return (
    <Card title="Prove">
      <form
        className={styles.proof}
        onSubmit={(event) => {
          event.preventDefault();
          if (!missing) submit();
        }}
      >
        <p className="muted">Looks at every price that the rules could ever write, for any variant whatever and with the guardrails that hold now. It changes nothing.</p>
        <div className={styles.question}>
          <SelectField
            plain
            label="No price is ever written that is"
            value={name}
            onChange={(next) => change(() => setName(next as PropertyName))}
            options={Object.entries(PROPERTIES).map(([each, { word }]): [string, string] => [each, word])}
          />
          {unit !== null && <TextField label={unit === 'amount' ? `Amount in ${currency}` : 'Percent'} value={value} onChange={(next) => change(() => setValue(next))} />}
          <Button type="submit" weight="primary" busy={prove.isPending} blockedBy={missing ? 'proof-missing' : undefined}>
            Prove it
          </Button>
        </div>
        {missing && (
          <p id="proof-missing" className="muted">
            Say {unit === 'amount' ? 'the amount' : 'how many percent'}.
          </p>
        )}
      </form>
      {prove.error ? <ProblemPanel problem={prove.error} /> : null}
      <div role="status">{prove.data && prove.variables && <Answer proof={prove.data} asked={prove.variables.body.property} said={said} />}</div>
    </Card>
  );
}

function Answer({ proof, asked, said }: { proof: Schemas['Proof']; asked: Schemas['PropertyAsked']; said: string }) {
  const { answer, counterexample } = proof;
  if (answer === 'holds') return <Verdict tone="ok" glyph="check" words={`Proved: whatever the variant, no price is written that is ${said}.`} />;
  if (!counterexample) return <Verdict tone="warn" glyph="warn" words="Not decided: there are more ways through the rules than were looked at. Ask about fewer of them." />;
  const { numbers, texts } = counterexample.variant;
  return (
    <div className={styles.refuted}>
      <Verdict tone="blocked" glyph="blocked" words={`Refuted: for this variant ${counterexample.rule} writes a price that is ${said}.`} />
      <LadderFigure {...marksOf(counterexample, asked)} finding={`A variant with these prices shows it: ${formatMoney(counterexample.after)} is written by ${counterexample.rule}.`} />
      <Facts
        facts={[
          ...Object.entries(texts).map(([field, values]): [string, string] => [field.replaceAll('_', ' '), values.join(', ') || 'none']),
          ...Object.entries(numbers).map(([field, number]): [string, string] => [field.replaceAll('_', ' '), String(number)]),
        ]}
      />
    </div>
  );
}

function Verdict({ tone, glyph, words }: { tone: string; glyph: 'check' | 'warn' | 'blocked'; words: string }) {
  return (
    <p className={styles.verdict} data-tone={tone}>
      <Glyph name={glyph} />
      <span>{words}</span>
    </p>
  );
}
