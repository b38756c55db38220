// Writing a rule, with fields or as text: both show the same rule. It is checked and previewed meanwhile; pushing makes a version.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { Link, useBlocker, useNavigate, useParams, useSearchParams } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { asProblem } from '../../api/problem';
import { yamlRequest } from '../../api/yaml';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { useMe } from '../../app/session';
import { Button, ButtonLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { YamlEditor } from '../../ui/yaml-editor';
import { ConflictCard } from '../../ui/document/conflict-card';
import type { Edit } from '../../ui/document/document-text';
import { readDocument, textOf, valueAt } from '../../ui/document/document-text';
import { RuleBuilder } from './builder/rule-builder';
import { DifferenceCard } from './difference-card';
import { PreviewView } from './preview-view';
import { documentToYaml, EXAMPLE_RULE, NEW_RULE, RULE_SHAPE } from './rule-text';
import { useRuleCheck } from './use-rule-check';
import { useDocumentDraft } from '../../ui/document/use-document-draft';
import { WayOfWriting } from '../../ui/document/way-of-writing';
import styles from './rules.module.css';

type Rule = Schemas['Rule'];

export function Component() {
  const { ruleId } = useParams();
  const project = useProject();
  const rule = $api.useQuery('get', '/api/v1/rules/{id}', { params: { path: { id: ruleId ?? '' } } }, { enabled: ruleId !== undefined });
  const above = [{ label: 'Rules', to: `/${project.slug}/rules` }, ...(ruleId ? [{ label: rule.data?.name ?? 'Rule', to: `/${project.slug}/rules/${ruleId}` }] : [])];
  return (
    <Page title={ruleId ? 'Change the rule' : 'New rule'} above={above} subtitle="A rule is known by its name: pushing a known name makes a new version of it, and old versions stay as they were.">
      {rule.error ? <ProblemPanel problem={rule.error} onRetry={() => void rule.refetch()} /> : null}
      {ruleId !== undefined && rule.isPending ? <Skeleton rows={6} /> : null}
      <NeedsRole role="editor" to="rules but not write them">
        {null}
      </NeedsRole>
      {ruleId === undefined && <Editor key="new" rule={null} onReload={() => undefined} />}
      {rule.data && <Editor key={rule.data.id} rule={rule.data} onReload={() => void rule.refetch()} />}
    </Page>
  );
}

function Editor({ rule, onReload }: { rule: Rule | null; onReload: () => void }) {
  const project = useProject();
  const me = useMe();
  const [params, setParams] = useSearchParams();
  const asText = params.get('as') === 'yaml';
  const start = useMemo(() => (rule ? documentToYaml(rule.document) : NEW_RULE), [rule]);
  const { draft, dispatch, touched, unsaved, restored, forget } = useDocumentDraft(`${me.email} ${project.slug} ${rule?.id ?? 'new'}`, start, rule?.version ?? null, RULE_SHAPE);
  const reading = useMemo(() => readDocument(draft.text), [draft.text]);
  const check = useRuleCheck(draft.text, project.slug, rule !== null);
  const pristine = rule === null && !touched;
  const faults = pristine && !asText ? noFaults : check.faults;
  const isBehind = rule !== null && draft.base !== null && rule.version > draft.base;
  const name = 'tree' in reading ? textOf(valueAt(reading.tree, ['name'])) : '';
  const push = usePush(draft.text, rule !== null && name === rule.name ? draft.base : null, { onPushed: forget, onStale: onReload });
  useLeaveGuard(unsaved);

  const onEdit = useCallback((edits: Edit[]) => dispatch({ kind: 'edit', edits }), [dispatch]);
  const showText = useCallback(() => setParams({ as: 'yaml' }, { preventScrollReset: true }), [setParams]);
  const load = (text: string) => dispatch({ kind: 'load', text, base: rule?.version ?? null });
  const blockedBy = isBehind ? 'rule-conflict' : pristine ? 'rule-unwritten' : faults.length > 0 ? 'rule-faults' : undefined;

  const acts = (
    <>
      {check.problem ? <ProblemPanel problem={check.problem} /> : null}
      {push.problem && !isBehind ? <ProblemPanel problem={push.problem} notDone="The rule was not stored. Your text is kept." /> : null}
      {push.unchanged && (
        <p role="status">
          Nothing to push: <Link to={`/${project.slug}/rules/${push.unchanged.id}`}>{push.unchanged.name}</Link> already says exactly this in v{push.unchanged.version}.
        </p>
      )}
      {pristine && (
        <p id="rule-unwritten" className="muted">
          Say which variants, and what becomes of their price.{' '}
          <Button size="xs" weight="quiet" onClick={() => dispatch({ kind: 'write', text: EXAMPLE_RULE })}>
            Start from an example
          </Button>
        </p>
      )}
      {unsaved && <p role="status">This browser cannot keep your draft. Push it, or copy the text, before you leave.</p>}
      <div className={styles.acts}>
        <ButtonLink to="..">Leave without pushing</ButtonLink>
        <NeedsRole role="editor" to={rule ? 'rules but not change them' : 'rules but not write them'}>
          <Button weight="primary" busy={push.busy} blockedBy={blockedBy} onClick={push.submit}>
            Push the rule
          </Button>
        </NeedsRole>
      </div>
    </>
  );
  const preview = (
    <div className={styles.left}>
      <Card title="What it would do now" aside={<PreviewAge preview={check.preview !== undefined} outdated={check.outdated} faulty={faults.length > 0} />}>
        {check.preview ? <PreviewView preview={check.preview} outdated={check.outdated} /> : <p className="muted">{pristine || faults.length > 0 ? 'The preview comes when the rule is valid.' : 'Computing the preview.'}</p>}
      </Card>
      {check.difference && <DifferenceCard difference={check.difference} outdated={check.outdated} />}
    </div>
  );

  return (
    <div className={styles.left}>
      <WayOfWriting
        asText={asText}
        canUndo={draft.past.length > 0}
        canRedo={draft.future.length > 0}
        onUndo={() => dispatch({ kind: 'undo' })}
        onRedo={() => dispatch({ kind: 'redo' })}
        note={restored && <RestoredNote onDiscard={() => load(start)} />}
      />
      {isBehind && (
        <ConflictCard id="rule-conflict" title={`The rule was changed: v${rule.version}`} theirs={rule} theirText={start} mine={draft.text} base={draft.base} onKeepTheirs={() => load(start)} onReapplyMine={() => dispatch({ kind: 'rebase', base: rule.version })} />
      )}
      {asText ? (
        <div className={styles.writing}>
          <Card title="Rule as YAML">
            <div className={styles.editor}>
              <YamlEditor label="Rule as YAML" text={draft.text} onChange={(text) => dispatch({ kind: 'write', text })} faults={faults} checked={check.checked} faultsId="rule-faults" />
              {acts}
            </div>
          </Card>
          {preview}
        </div>
      ) : 'tree' in reading ? (
        <RuleBuilder tree={reading.tree} faults={faults} checked={check.checked} pristine={pristine} faultsId="rule-faults" tests={check.tests} outdated={check.outdated} onEdit={onEdit} onShowText={showText} preview={preview} acts={acts} />
      ) : (
        <Unreadable why={reading.unreadable} onShowText={showText} />
      )}
    </div>
  );
}

const noFaults: Schemas['FieldError'][] = [];

/** Pushes a text over the version that it was written over; `base` null pushes it over whatever there is. */
function usePush(text: string, base: number | null, { onPushed, onStale }: { onPushed: () => void; onStale: () => void }) {
  const project = useProject();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const intent = useIntent();
  const [unchanged, setUnchanged] = useState<Rule | null>(null);
  const push = $api.useMutation('post', '/api/v1/rules', {
    onSuccess: ({ rule, outcome }) => {
      intent.done();
      onPushed();
      if (outcome === 'unchanged') setUnchanged(rule);
      void queries.invalidateQueries({ queryKey: ['rules'] });
      void queries.invalidateQueries({ queryKey: $api.queryOptions('post', '/api/v1/rules/conflicts', {} as never).queryKey.slice(0, 2) });
      queries.setQueryData($api.queryOptions('get', '/api/v1/rules/{id}', { params: { path: { id: rule.id } } }).queryKey, rule);
      if (outcome !== 'unchanged') void navigate(`/${project.slug}/rules/${rule.id}`);
    },
    onError: (error) => {
      if (asProblem(error).status === 412) onStale();
    },
  });
  useEffect(() => setUnchanged(null), [text]);
  const header = { 'Idempotency-Key': intent.keyFor([text, base]), ...(base === null ? {} : { 'If-Match': `"v${base}"` }) };
  return {
    submit: () => push.mutate({ ...yamlRequest(text), params: { query: { project: project.slug }, header } }),
    busy: push.isPending,
    problem: push.error,
    unchanged,
  };
}

/** Leaving is only asked about where it would lose something. */
function useLeaveGuard(unsaved: boolean) {
  useBlocker(useCallback(() => unsaved && !window.confirm('This browser could not keep your draft. Leave and lose it?'), [unsaved]));
  useEffect(() => {
    if (!unsaved) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [unsaved]);
}

function Unreadable({ why, onShowText }: { why: string; onShowText: () => void }) {
  return (
    <Card title="The fields cannot be shown">
      <div className={styles.editor}>
        <p>{why}. Mend the text, and the fields come back.</p>
        <div>
          <Button onClick={onShowText}>Mend it in the text</Button>
        </div>
      </div>
    </Card>
  );
}

/** Says of which text the picture is. */
function PreviewAge({ preview, outdated, faulty }: { preview: boolean; outdated: boolean; faulty: boolean }) {
  const words = !preview ? '' : faulty ? 'Of the last valid text' : outdated ? 'Computing anew' : 'Of the text as it stands';
  return (
    <span role="status" className={styles.age}>
      {words}
    </span>
  );
}

function RestoredNote({ onDiscard }: { onDiscard: () => void }) {
  return (
    <span className={styles.restored}>
      Your unpushed text was kept.
      <Button size="xs" weight="quiet" onClick={onDiscard}>
        Discard it
      </Button>
    </span>
  );
}
