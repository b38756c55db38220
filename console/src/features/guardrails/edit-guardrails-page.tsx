// Writing guardrails as YAML, checked together with the other layer while typing. Pushing makes a new version; what was typed is kept.
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearchParams } from 'react-router';
import { $api } from '../../api/client';
import { useIntent } from '../../api/intent';
import { asProblem } from '../../api/problem';
import { yamlRequest } from '../../api/yaml';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { NeedsRole } from '../../app/rights';
import { useDraft } from '../../shared/use-draft';
import { Button, ButtonLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { YamlEditor } from '../../ui/yaml-editor';
import { asScope, ScopeChoice, scopeQuery, type Scope } from './scope';
import { FIRST_GUARDRAILS, guardrailsToYaml } from './settings-text';
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
              key={`${scope} v${own?.version ?? 0}`}
              scope={scope}
              start={own ? guardrailsToYaml(own.document) : FIRST_GUARDRAILS}
              onScope={(next) => setParams({ scope: next }, { replace: true })}
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

function Editor({ scope, start, onScope }: { scope: Scope; start: string; onScope: (scope: Scope) => void }) {
  const project = useProject();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const intent = useIntent();
  const draft = useDraft(`${project.slug}/guardrails/${scope}`, start);
  const push = $api.useMutation('post', '/api/v1/guardrails', {
    onSuccess: ({ outcome }) => {
      intent.done();
      draft.forget();
      void queries.invalidateQueries({ queryKey: $api.queryOptions('get', '/api/v1/guardrails').queryKey.slice(0, 2) });
      void queries.invalidateQueries({ queryKey: [GUARDRAIL_VERSIONS] });
      if (outcome !== 'unchanged') void navigate(`/${project.slug}/guardrails`);
    },
  });
  const check = useGuardrailCheck(draft.text, scope, project.slug);
  const faults = push.error ? asProblem(push.error).faults : check.faults;
  const write = (text: string) => {
    push.reset();
    draft.setText(text);
  };
  const submit = () =>
    push.mutate({ ...yamlRequest(draft.text), params: { query: scopeQuery(scope, project.slug), header: { 'Idempotency-Key': intent.keyFor([scope, draft.text]) } } });

  return (
    <Card title="Guardrails as YAML" aside={<ScopeChoice scope={scope} onChange={onScope} />}>
      <div className={styles.editor}>
        {draft.restored && (
          <p className={styles.restored}>
            Your unpushed text was kept.{' '}
            <Button size="xs" weight="quiet" onClick={() => draft.reset()}>
              Discard it
            </Button>
          </p>
        )}
        <YamlEditor label="Guardrails as YAML" text={draft.text} onChange={write} faults={faults} checking={push.isPending || check.checking} faultsId="guardrail-faults" />
        {push.error && faults.length === 0 ? <ProblemPanel problem={push.error} notDone="The guardrails were not stored. Your text is kept." /> : null}
        {push.data?.outcome === 'unchanged' && <p role="status">Nothing to push: v{push.data.version.version} already says exactly this.</p>}
        <p className="muted">{scope === 'tenant' ? 'It holds in every project of the organisation that does not say otherwise.' : 'It holds in this project only.'} Plans that are not applied yet become stale and are planned again.</p>
        <div className={styles.buttons}>
          <ButtonLink to="..">Leave without pushing</ButtonLink>
          <Button weight="primary" busy={push.isPending} blockedBy={faults.length > 0 ? 'guardrail-faults' : undefined} onClick={submit}>
            Push the guardrails
          </Button>
        </div>
      </div>
    </Card>
  );
}
