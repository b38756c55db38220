// Writing guardrails, with fields or as text, checked together with the other layer meanwhile. Pushing makes a new version.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { asProblem } from '../../api/problem';
import { yamlRequest } from '../../api/yaml';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { useMe } from '../../app/session';
import { placedFault } from '../../shared/faults';
import { verdictOf, type Checked } from '../../shared/verdict';
import { Button, ButtonLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { ConflictCard } from '../../ui/document/conflict-card';
import { readDocument, type Edit } from '../../ui/document/document-text';
import { useDocumentDraft } from '../../ui/document/use-document-draft';
import { WayOfWriting } from '../../ui/document/way-of-writing';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { YamlEditor } from '../../ui/yaml-editor';
import { GuardrailForm } from './guardrail-form';
import { asScope, ScopeChoice, scopeQuery, type Scope } from './scope';
import { FIRST_GUARDRAILS, GUARDRAILS_SHAPE, guardrailsToYaml } from './settings-text';
import { TrialCard } from './trial-card';
import { useGuardrailCheck } from './use-guardrail-check';
import { useGuardrails } from './use-guardrails';
import { GUARDRAIL_VERSIONS } from './versions-card';
import styles from './guardrails.module.css';

export function Component() {
  const project = useProject();
  const [params, setParams] = useSearchParams();
  const scope = asScope(params.get('scope') ?? '');
  const query = useGuardrails();
  const own = scope === 'tenant' ? query.data?.tenant : query.data?.project_version;
  const choose = (next: Scope) => setParams((current) => new URLSearchParams({ ...Object.fromEntries(current), scope: next }), { replace: true });
  return (
    <Page
      title="Change the guardrails"
      above={[{ label: 'Guardrails', to: `/${project.slug}/guardrails` }]}
      subtitle="A guardrail that the document names replaces what held before it as a whole. One that it does not name stays as it is built in, or as the wider document has it."
    >
      {query.error ? <ProblemPanel problem={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isPending ? <Skeleton rows={8} /> : null}
      {query.data && (
        <div className={styles.columns}>
          <NeedsRole role="admin" to="guardrails but not change them">
            <Editor
              key={scope}
              scope={scope}
              stored={own ?? null}
              inForce={query.data.guardrails}
              onScope={choose}
              onReload={() => void query.refetch()}
            />
          </NeedsRole>
          <Card title="In force now, all layers together">
            <pre className={styles.whole} tabIndex={0} aria-label="Guardrails in force as YAML">
              {guardrailsToYaml(query.data.document)}
            </pre>
          </Card>
        </div>
      )}
    </Page>
  );
}

interface EditorProps {
  scope: Scope;
  /** The newest version of this scope, if there is one. */
  stored: Schemas['GuardrailVersion'] | null;
  inForce: Schemas['Guardrail'][];
  onScope: (scope: Scope) => void;
  onReload: () => void;
}

function Editor({ scope, stored, inForce, onScope, onReload }: EditorProps) {
  const project = useProject();
  const me = useMe();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const intent = useIntent();
  const [params, setParams] = useSearchParams();
  const asText = params.get('as') === 'yaml';
  const start = useMemo(() => (stored ? guardrailsToYaml(stored.document) : FIRST_GUARDRAILS), [stored]);
  const version = stored?.version ?? null;
  const { draft, dispatch, restored, forget } = useDocumentDraft(`${me.email} ${project.slug} guardrails ${scope}`, start, version, GUARDRAILS_SHAPE);
  const reading = useMemo(() => readDocument(draft.text), [draft.text]);
  const push = $api.useMutation('post', '/api/v1/guardrails', {
    onSuccess: ({ outcome }) => {
      intent.done();
      forget();
      void queries.invalidateQueries({ queryKey: $api.queryOptions('get', '/api/v1/guardrails').queryKey.slice(0, 2) });
      void queries.invalidateQueries({ queryKey: [GUARDRAIL_VERSIONS] });
      if (outcome !== 'unchanged') void navigate(`/${project.slug}/guardrails`);
    },
    onError: (error) => {
      if (asProblem(error).status === 412) onReload();
    },
  });
  const isBehind = stored !== null && stored.version > (draft.base ?? 0);
  const { reset } = push;
  const check = useGuardrailCheck(draft.text, scope, project.slug);
  const faults = push.error ? asProblem(push.error).faults : check.faults;
  const write = (text: string) => {
    reset();
    dispatch({ kind: 'write', text });
  };
  const onEdit = useCallback(
    (edits: Edit[]) => {
      reset();
      dispatch({ kind: 'edit', edits });
    },
    [reset, dispatch],
  );
  const showText = useCallback(() => setParams((current) => new URLSearchParams({ ...Object.fromEntries(current), as: 'yaml' }), { preventScrollReset: true }), [setParams]);
  const load = (text: string) => {
    reset();
    dispatch({ kind: 'load', text, base: version });
  };
  const submit = () => {
    const header = { 'Idempotency-Key': intent.keyFor([scope, draft.text, draft.base]), 'If-Match': `"v${draft.base ?? 0}"` };
    push.mutate({ ...yamlRequest(draft.text), params: { query: scopeQuery(scope, project.slug), header } });
  };
  const blockedBy = isBehind ? 'guardrail-conflict' : faults.length > 0 ? 'guardrail-faults' : undefined;

  return (
    <div className={styles.editor}>
      <WayOfWriting
        asText={asText}
        canUndo={draft.past.length > 0}
        canRedo={draft.future.length > 0}
        onUndo={() => dispatch({ kind: 'undo' })}
        onRedo={() => dispatch({ kind: 'redo' })}
        note={restored && <RestoredNote onDiscard={() => load(start)} />}
      />
      {isBehind && (
        <ConflictCard
          id="guardrail-conflict"
          title={`The guardrails were changed: v${stored.version}`}
          theirs={stored}
          theirText={start}
          mine={draft.text}
          base={draft.base}
          onKeepTheirs={() => load(start)}
          onReapplyMine={() => {
            reset();
            dispatch({ kind: 'rebase', base: stored.version });
          }}
        />
      )}
      <Card title={asText ? 'Guardrails as YAML' : 'Guardrails'} aside={<ScopeChoice scope={scope} onChange={onScope} />}>
        <div className={styles.editor}>
          {asText || 'unreadable' in reading ? (
            <YamlEditor label="Guardrails as YAML" text={draft.text} onChange={write} faults={faults} checked={push.isPending ? 'checking' : check.checked} faultsId="guardrail-faults" />
          ) : (
            <>
              <GuardrailForm tree={reading.tree} faults={faults} inForce={inForce} onEdit={onEdit} onShowText={showText} />
              <FormFaults faults={faults} checked={push.isPending ? 'checking' : check.checked} />
            </>
          )}
          {push.error && faults.length === 0 && !isBehind ? <ProblemPanel problem={push.error} notDone="The guardrails were not stored. Your text is kept." /> : null}
          {push.data?.outcome === 'unchanged' && <p role="status">Nothing to push: v{push.data.version.version} already says exactly this.</p>}
          <p className="muted">{scope === 'tenant' ? 'It holds in every project of the organisation that does not say otherwise.' : 'It holds in this project only.'} Plans that are not applied yet become stale and are planned again.</p>
          <div className={styles.buttons}>
            <ButtonLink to="..">Leave without pushing</ButtonLink>
            <Button weight="primary" busy={push.isPending} blockedBy={blockedBy} onClick={submit}>
              Push the guardrails
            </Button>
          </div>
        </div>
      </Card>
      <TrialCard key={draft.text} text={draft.text} scope={scope} faultsId={faults.length > 0 ? 'guardrail-faults' : undefined} />
    </div>
  );
}

/** Each fault stands on its field too; here they are together, as what blocks the push. */
function FormFaults({ faults, checked }: { faults: Schemas['FieldError'][]; checked: Checked }) {
  return (
    <div id="guardrail-faults" role="status" className={faults.length > 0 ? styles.faulty : 'muted'}>
      {checked === 'checking' || faults.length === 0 ? verdictOf(checked, faults).word : faults.map((fault) => `${fault.pointer}: ${placedFault(fault).detail}`).join('; ')}
    </div>
  );
}

function RestoredNote({ onDiscard }: { onDiscard: () => void }) {
  return (
    <span className={styles.restored}>
      Your unpushed text was kept.{' '}
      <Button size="xs" weight="quiet" onClick={onDiscard}>
        Discard it
      </Button>
    </span>
  );
}
