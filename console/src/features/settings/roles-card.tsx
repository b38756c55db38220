// Who is signed in, and what each role may do, as the server has it.
import { $api, type Schemas } from '../../api/client';
import { useMe } from '../../app/session';
import { countOf } from '../../shared/format';
import { humanised } from '../../shared/words';
import { Card } from '../../ui/card';
import { Skeleton } from '../../ui/list';
import { ProblemPanel } from '../../ui/problem-panel';
import styles from './settings.module.css';

export function RolesCard() {
  const me = useMe();
  const roles = $api.useQuery('get', '/api/v1/roles', {}, { staleTime: 300_000 });
  return (
    <Card title="You and the roles">
      <p>
        You are {me.email} of {me.tenant_name}, with the role {me.role}. Each role may do what the one above it may.
      </p>
      {roles.data ? (
        <dl className={styles.roles}>
          {roles.data.map((role) => (
            <Role key={role.role} role={role} />
          ))}
        </dl>
      ) : roles.error ? (
        <ProblemPanel problem={roles.error} onRetry={() => void roles.refetch()} />
      ) : (
        <Skeleton rows={4} />
      )}
    </Card>
  );
}

/** The rights that the role has and the one above it has not. */
function Role({ role }: { role: Schemas['RoleRights'] }) {
  const own = role.rights.filter((right) => right.role === role.role);
  return (
    <div>
      <dt>{humanised(role.role)}</dt>
      <dd>
        {role.words}
        <details>
          <summary>
            {countOf(own.length, 'right', 'rights')}
            <span className="visually-hidden"> of the role {role.role}</span>
          </summary>
          <ul>
            {own.map((right) => (
              <li key={right.scope}>{right.words}</li>
            ))}
          </ul>
        </details>
      </dd>
    </div>
  );
}
