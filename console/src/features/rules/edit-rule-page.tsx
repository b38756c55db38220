// Writing a rule as YAML. It is checked and previewed while one writes; pushing makes a new version. What was typed is kept.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { $api, type Schemas } from '../../api/client';
import { useIntent } from '../../api/intent';
import { yamlRequest } from '../../api/yaml';
import { Page } from '../../app/page';
import { useProject } from '../../app/project';
import { useDraft } from '../../shared/use-draft';
import { Button, ButtonLink } from '../../ui/button';
import { Card } from '../../ui/card';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import { YamlEditor } from '../../ui/yaml-editor';
import { DifferenceCard } from './difference-card';
import { PreviewView } from './preview-view';
import { documentToYaml, EXAMPLE_RULE } from './rule-text';
import { useRuleCheck } from './use-rule-check';
import styles from './rules.module.css';

export function Component() {
  const { ruleId } = useParams();
  const project = useProject();
  const rule = $api.useQuery('get', '/api/v1/rules/{id}', { params: { path: { id: ruleId ?? '' } } }, { enabled: ruleId !== undefined });
  const above = [{ label: 'Rules', to: `/${project.slug}/rules` }, ...(ruleId ? [{ label: rule.data?.name ?? 'Rule', to: `/${project.slug}/rules/${ruleId}` }] : [])];
  const start = ruleId === undefined ? EXAMPLE_RULE : rule.data && documentToYaml(rule.data.document);
  return (
    <Page title={ruleId ? 'Change the rule' : 'New rule'} above={above} subtitle="A rule is known by its name: pushing a known name makes a new version of it, and old versions stay as they were.">
      {rule.error ? <ProblemPanel problem={rule.error} onRetry={() => void rule.refetch()} /> : null}
      {start === undefined ? <Skeleton rows={6} /> : <Editor key={ruleId ?? 'new'} known={ruleId !== undefined} draftName={`${project.slug}/${ruleId ?? 'new'}`} start={start} />}
    </Page>
  );
}

function Editor({ draftName, start, known }: { draftName: string; start: string; known: boolean }) {
  const project = useProject();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const draft = useDraft(draftName, start);
  const check = useRuleCheck(draft.text, project.slug, known);
  const intent = useIntent();
  const [pushed, setPushed] = useState<Schemas['PushedRule'] | null>(null);
  const push = $api.useMutation('post', '/api/v1/rules', {
    onSuccess: (result) => {
      intent.done();
      draft.forget();
      setPushed(result);
      void queries.invalidateQueries({ queryKey: ['rules'] });
      queries.setQueryData($api.queryOptions('get', '/api/v1/rules/{id}', { params: { path: { id: result.rule.id } } }).queryKey, result.rule);
      if (result.outcome !== 'unchanged') void navigate(`/${project.slug}/rules/${result.rule.id}`);
    },
  });
  const { faults } = check;

  useEffect(() => setPushed(null), [draft.text]);

  const submit = () =>
    push.mutate({ ...yamlRequest(draft.text), params: { query: { project: project.slug }, header: { 'Idempotency-Key': intent.keyFor(draft.text) } } });

  return (
    <div className={styles.writing}>
      <div className={styles.left}>
        <Card title="Rule as YAML" aside={draft.restored && <RestoredNote onDiscard={() => draft.reset()} />}>
          <div className={styles.editor}>
            <YamlEditor label="Rule as YAML" text={draft.text} onChange={draft.setText} faults={faults} checking={check.checking} faultsId="rule-faults" />
            {check.problem ? <ProblemPanel problem={check.problem} /> : null}
            {push.error ? <ProblemPanel problem={push.error} notDone="The rule was not stored. Your text is kept." /> : null}
            {pushed?.outcome === 'unchanged' && (
              <p role="status">
                Nothing to push: <Link to={`/${project.slug}/rules/${pushed.rule.id}`}>{pushed.rule.name}</Link> already says exactly this in v{pushed.rule.version}.
              </p>
            )}
            <div className={styles.acts}>
              <ButtonLink to="..">Leave without pushing</ButtonLink>
              <Button weight="primary" busy={push.isPending} blockedBy={faults.length > 0 ? 'rule-faults' : undefined} onClick={submit}>
                Push the rule
              </Button>
            </div>
          </div>
        </Card>
        {check.difference && <DifferenceCard difference={check.difference} outdated={check.outdated} />}
      </div>
      <Card title="What it would do now" aside={<PreviewAge preview={check.preview !== undefined} outdated={check.outdated} faulty={faults.length > 0} />}>
        {check.preview ? <PreviewView preview={check.preview} outdated={check.outdated} /> : <p className="muted">{faults.length > 0 ? 'The preview comes when the rule is valid.' : 'Computing the preview.'}</p>}
      </Card>
    </div>
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
