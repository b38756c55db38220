// Whose guardrails: those of the project at hand, or those of the whole organisation, which hold in all of its projects.
import { settingSource } from '../../shared/words';
import { SelectField } from '../../ui/fields';

export type Scope = 'project' | 'tenant';

/** The organisation's guardrails belong to no project, and the API wants none named then. */
export const scopeQuery = (scope: Scope, project: string) => (scope === 'tenant' ? { scope } : { scope, project });

export const asScope = (text: string): Scope => (text === 'tenant' ? 'tenant' : 'project');

export function ScopeChoice({ scope, onChange }: { scope: Scope; onChange: (scope: Scope) => void }) {
  return (
    <SelectField
      label="Whose guardrails"
      value={scope}
      onChange={(value) => onChange(asScope(value))}
      options={[
        ['project', settingSource('project')],
        ['tenant', settingSource('tenant')],
      ]}
    />
  );
}
