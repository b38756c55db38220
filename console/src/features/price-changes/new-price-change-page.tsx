// Asking for a plan: which rules, under which title, and why. What is typed lasts through a reload of the page.
import { Checkbox } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { $api, api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { usePages } from '../../api/pages';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { decodeFilters, toggled } from '../../shared/url';
import { Button, ButtonLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { forgetDraft, keepDraft, keptDraft } from '../../ui/document/draft';
import { LongTextField, TextField } from '../../ui/fields';
import { List } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { isSale, timeInWords } from '../rules/rule-words';
import styles from './price-changes.module.css';
import { readTypedPlan, type TypedPlan } from './typed-plan';

export function Component() {
  const project = useProject();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { typed, change, forget } = useTypedPlan();
  const { title, note, rules, ends } = typed;
  const intent = useIntent();
  const plan = $api.useMutation('post', '/api/v1/price-changes', {
    onSuccess: (change) => {
      intent.done();
      forget();
      void queries.invalidateQueries({ queryKey: ['price-changes'] });
      void navigate(`/${project.slug}/price-changes/${change.id}`);
    },
  });
  const submit = () => {
    const body = { title: title.trim(), note: note.trim() === '' ? null : note.trim(), rules, ends };
    plan.mutate({ body, params: { query: { project: project.slug }, header: { 'Idempotency-Key': intent.keyFor(body) } } });
  };
  const missing = rules.length + ends.length === 0 ? 'Choose a rule to run, or a sale to end.' : title.trim() === '' ? 'Give it a title.' : undefined;

  return (
    <Page title="Plan a price change" above={[{ label: 'Price changes', to: `/${project.slug}/price-changes` }]} subtitle="Calibr computes every price and freezes the result as a plan. Nothing reaches the shop until somebody else has approved it and it is applied.">
      <NeedsRole role="editor" to="price changes but not plan them">
        {null}
      </NeedsRole>
      <form
        className={styles.newForm}
        onSubmit={(event) => {
          event.preventDefault();
          if (missing === undefined) submit();
        }}
      >
        <Card title="Rules" flush>
          <RuleChoice chosen={rules} ends={ends} onChange={(chosen) => change({ rules: chosen })} onEnds={(sales) => change({ ends: sales })} />
        </Card>
        <Card title="What for">
          <div className={styles.fields}>
            <TextField label="Title" hint="What people read in lists and in the audit." value={title} onChange={(text) => change({ title: text })} required name="title" />
            <LongTextField label="Why (optional)" value={note} onChange={(text) => change({ note: text })} name="note" />
            {plan.error ? <ProblemPanel problem={plan.error} notDone="Nothing was planned. What you typed is kept." /> : null}
            <div className={styles.actions}>
              <p id="plan-missing" className="muted">
                {missing}
              </p>
              <ButtonLink to="..">Plan nothing</ButtonLink>
              <NeedsRole role="editor" to="price changes but not plan them">
                <Button type="submit" weight="primary" busy={plan.isPending} blockedBy={missing === undefined ? undefined : 'plan-missing'}>
                  Compute the plan
                </Button>
              </NeedsRole>
            </div>
          </div>
        </Card>
      </form>
    </Page>
  );
}

/** Kept with this entry of the tab's history: a reload has it, and another visit of the page begins anew. */
function useTypedPlan() {
  const { key } = useLocation();
  const [params] = useSearchParams();
  const name = `price change ${key}`;
  const [typed, setTyped] = useState<TypedPlan>(
    () => readTypedPlan(keptDraft(sessionStorage, name)?.text) ?? { title: '', note: '', rules: decodeFilters({ rules: 'list' }, params).rules, ends: [] },
  );
  const change = (part: Partial<TypedPlan>) => {
    const next = { ...typed, ...part };
    setTyped(next);
    keepDraft(sessionStorage, name, { text: JSON.stringify(next), base: null });
  };
  return { typed, change, forget: () => forgetDraft(sessionStorage, name) };
}

interface RuleChoiceProps {
  chosen: string[];
  ends: string[];
  onChange: (rules: string[]) => void;
  onEnds: (sales: string[]) => void;
}

function RuleChoice({ chosen, ends, onChange, onEnds }: RuleChoiceProps) {
  const project = useProject();
  const query = usePages<Schemas['Rule']>({
    key: ['rules', project.slug],
    load: async (cursor, signal) => {
      const { data } = await api.GET('/api/v1/rules', { params: { query: { project: project.slug, cursor } }, signal });
      return data!;
    },
  });
  const empty = (
    <>
      <p>There are no rules yet, so there is nothing to plan.</p>
      <ButtonLink to={`/${project.slug}/rules/new`}>Write a rule</ButtonLink>
    </>
  );
  return (
    <List query={query} noun="rules" empty={empty}>
      {(rows) => (
        <>
          <Choice legend="Rules to run, in their newest versions" rules={rows} chosen={chosen} onChange={onChange} />
          {rows.some(isSaleRule) && (
            <Choice
              legend="Sales to end"
              hint="For sales that run now: their variants get the price that the remaining rules give, computed anew."
              rules={rows.filter(isSaleRule)}
              chosen={ends}
              onChange={onEnds}
            />
          )}
        </>
      )}
    </List>
  );
}

const isSaleRule = (rule: Schemas['Rule']) => isSale(rule.document);

interface ChoiceProps {
  legend: string;
  hint?: string;
  rules: Schemas['Rule'][];
  chosen: string[];
  onChange: (rules: string[]) => void;
}

function Choice({ legend, hint, rules, chosen, onChange }: ChoiceProps) {
  return (
    <fieldset className={styles.rules}>
      <legend>{legend}</legend>
      {hint && <p className="muted">{hint}</p>}
      {rules.map((rule) => {
        const time = timeInWords(rule.document);
        return <Checkbox key={rule.id} label={`${rule.name} (v${rule.version})${time ? `, ${time}` : ''}`} checked={chosen.includes(rule.id)} onChange={() => onChange(toggled(chosen, rule.id))} />;
      })}
    </fieldset>
  );
}
