// Changing one's own password. It ends the other sessions of the person, not this one.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { $api } from '../../api/client';
import { asProblem } from '../../api/problem';
import { useMe } from '../../app/session';
import { notify } from '../../shared/notices';
import { PASSWORD_ANCHOR } from '../../shared/places';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { PasswordField } from '../../ui/fields';
import { ProblemPanel } from '../../ui/problem-panel';
import { passwordFault } from './members';
import styles from './settings.module.css';

export function PasswordCard() {
  const me = useMe();
  const { hash, key } = useLocation();
  useEffect(() => {
    if (hash === `#${PASSWORD_ANCHOR}`) document.getElementById(PASSWORD_ANCHOR)?.focus();
  }, [hash, key]);
  return (
    <Card title="Your password" anchor={PASSWORD_ANCHOR}>
      <p>{me.must_change_password ? 'Somebody else chose the one you have. Choose one that only you know.' : 'Changing it signs you out everywhere but here. Your tokens go on working.'}</p>
      <PasswordForm />
    </Card>
  );
}

function PasswordForm() {
  const queries = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [tried, setTried] = useState(false);
  const change = $api.useMutation('post', '/api/v1/session/password', {
    onSuccess: () => {
      setCurrent('');
      setNext('');
      setTried(false);
      notify({ tone: 'ok', text: 'Your password is changed. You are signed out everywhere but here.' });
      void queries.invalidateQueries({ queryKey: $api.queryOptions('get', '/api/v1/session', {}).queryKey });
      void queries.invalidateQueries({ queryKey: ['members'] });
    },
  });
  const fault = passwordFault(current, next);
  const wrong = change.error ? asProblem(change.error).faults.find((each) => each.pointer === '/current')?.detail : undefined;
  const shown = tried ? fault : null;
  const errorOfCurrent = current === '' && shown !== null ? shown : wrong;
  const errorOfNext = current !== '' && shown !== null ? shown : undefined;
  return (
    <form
      className={styles.fields}
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (fault === null && !change.isPending) change.mutate({ body: { current, new: next } });
      }}
    >
      <PasswordField
        label="Password of now"
        value={current}
        onChange={(typed) => {
          setCurrent(typed);
          if (change.error) change.reset();
        }}
        name="current-password"
        error={errorOfCurrent}
      />
      <PasswordField label="New password" hint="At least ten characters. Paste and password managers work." value={next} onChange={setNext} name="new-password" autoComplete="new-password" error={errorOfNext} />
      {change.error && wrong === undefined ? <ProblemPanel problem={change.error} notDone="Your password is as it was. What you typed is kept." /> : null}
      <div>
        <Button type="submit" weight="primary" busy={change.isPending}>
          Change your password
        </Button>
      </div>
    </form>
  );
}
