// What holds for the project: its clock and currency, and the country and tax that guardrails and margins count with.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { $api } from '../../api/client';
import { asProblem } from '../../api/problem';
import { useProject, type Project } from '../../app/project';
import { mayAct, NeedsRole } from '../../app/rights';
import { useMe } from '../../app/session';
import { notify } from '../../shared/notices';
import { Button } from '../../ui/button';
import { Card, Facts } from '../../ui/card';
import { SelectField, TextField } from '../../ui/fields';
import { ProblemPanel } from '../../ui/problem-panel';
import { ProjectConflict } from './project-conflict';
import { settingsBody, settingWords, type TypedSettings } from './project-settings';
import styles from './settings.module.css';

export function ProjectCard() {
  const project = useProject();
  const me = useMe();
  return (
    <Card title="Project">
      <Facts
        facts={[
          ['Name', project.name],
          ['Currency', project.currency],
          ['Time zone', project.time_zone],
          ...(mayAct(me.role, 'admin') ? [] : settingWords(project)),
        ]}
      />
      <NeedsRole role="admin" to="the project’s settings but not change them">
        <ProjectForm />
      </NeedsRole>
    </Card>
  );
}

export function ProjectForm() {
  const project = useProject();
  const queries = useQueryClient();
  // What was typed stays whatever somebody else saves meanwhile; what was not follows what is stored.
  const [typed, setTyped] = useState<TypedSettings>({});
  // What was stored when the typing began: what is saved goes over that version alone.
  const [base, setBase] = useState<Project | null>(null);
  const { country = project.country ?? '', tax = project.tax_rate_pct ?? '', included = project.prices_include_tax ? 'yes' : 'no' } = typed;
  const write = (field: keyof TypedSettings) => (value: string) => {
    setTyped((now) => ({ ...now, [field]: value }));
    setBase((now) => now ?? project);
  };
  const reread = () => queries.invalidateQueries({ queryKey: $api.queryOptions('get', '/api/v1/projects', {}).queryKey });
  const save = $api.useMutation('patch', '/api/v1/projects/{slug}', {
    onSuccess: async (saved) => {
      notify({ tone: 'ok', text: 'The project’s settings are saved. They hold for plans from now on.' });
      setBase(saved);
      await reread();
      start();
    },
    onError: (error) => {
      if (asProblem(error).status === 412) void reread();
    },
  });
  const start = () => {
    setTyped({});
    setBase(null);
  };
  const { reset } = save;
  const isBehind = base !== null && project.version > base.version;
  const read = settingsBody({ country: typed.country ?? '', tax: typed.tax ?? '', included: typed.included === undefined ? undefined : typed.included === 'yes' });
  return (
    <form
      className={styles.fields}
      onSubmit={(event) => {
        event.preventDefault();
        if ('body' in read && !isBehind) save.mutate({ params: { path: { slug: project.slug }, header: { 'If-Match': `"v${(base ?? project).version}"` } }, body: read.body });
      }}
    >
      {isBehind && (
        <ProjectConflict
          id="project-conflict"
          theirs={project}
          before={base}
          typed={typed}
          onKeepTheirs={() => {
            reset();
            start();
          }}
          onReapplyMine={() => {
            reset();
            setBase(project);
          }}
        />
      )}
      <TextField label="Country" hint="Two letters, such as DE. Its law on price reductions holds for this project." value={country} onChange={write('country')} name="country" autoComplete="country" {...('fault' in read && read.field === 'country' ? { error: read.fault } : {})} />
      <TextField label="Tax on the base price in percent" hint="Such as 19 or 8.1. Margins are counted without it." value={tax} onChange={write('tax')} name="tax" {...('fault' in read && read.field === 'tax' ? { error: read.fault } : {})} />
      <SelectField
        plain
        label="Prices in the shop"
        value={included}
        onChange={write('included')}
        options={[
          ['yes', 'Include tax'],
          ['no', 'Do not include tax'],
        ]}
      />
      {save.error && !isBehind ? <ProblemPanel problem={save.error} notDone="Nothing was saved. What you typed is kept." /> : null}
      <div>
        <Button type="submit" weight="primary" busy={save.isPending} blockedBy={isBehind ? 'project-conflict' : undefined}>
          Save the project’s settings
        </Button>
      </div>
    </form>
  );
}
