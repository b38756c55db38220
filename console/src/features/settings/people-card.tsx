// Who is signed in, and what each role may do.
import { useMe } from '../../app/session';
import { humanised } from '../../shared/words';
import { Card } from '../../ui/card';
import styles from './settings.module.css';

const rights: [role: string, may: string][] = [
  ['viewer', 'Reads everything but secrets.'],
  ['editor', 'Also writes rules, plans price changes, applies and rolls back what is approved.'],
  ['approver', 'Also approves and declines what somebody else planned, and waivers that somebody else asked for.'],
  ['admin', 'Also connects shops, sets guardrails, webhooks and this project, and drops dead letters.'],
];

export function PeopleCard() {
  const me = useMe();
  return (
    <Card title="You and the roles">
      <p>
        You are {me.email} of {me.tenant_name}, with the role {me.role}. Each role may do what the one above it may.
      </p>
      <dl className={styles.roles}>
        {rights.map(([role, may]) => (
          <div key={role}>
            <dt>{humanised(role)}</dt>
            <dd>{may}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
