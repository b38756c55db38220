// Signing in, then on to the page that was asked for.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { Mark } from '../../app/icons';
import { safeNext } from '../../shared/url';
import { Button } from '../../ui/button';
import { PasswordField, TextField } from '../../ui/fields';
import { ProblemPanel } from '../../ui/problem-panel';
import { useTour } from '../tour/progress';
import { stops } from '../tour/stops';
import { useSignIn } from './use-sign-in';
import styles from './sign-in-page.module.css';

export function SignInPage() {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useSignIn(() => {
    // Another person may have looked at the same pages before; nothing of theirs may be shown.
    queries.removeQueries({ predicate: (query) => !String(query.queryKey[1]).endsWith('/session') });
    void navigate(safeNext(params.get('next')), { replace: true });
  });

  useEffect(() => {
    document.title = 'Sign in · Calibr';
  }, []);

  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Mark />
          Calibr
        </div>
        <h1>Sign in</h1>
        <TourNote />
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            signIn.mutate({ body: { email, password } });
          }}
        >
          <TextField label="E-mail" type="email" name="email" autoComplete="username" value={email} onChange={setEmail} required />
          <PasswordField label="Password" name="password" value={password} onChange={setPassword} required />
          {signIn.error ? <ProblemPanel problem={signIn.error} /> : null}
          <Button type="submit" weight="primary" busy={signIn.isPending}>
            Sign in
          </Button>
        </form>
      </div>
      <p className={styles.tagline}>Every price change: planned, approved, checked, explained, undone.</p>
    </main>
  );
}

/** Who changes the person on the guided tour should not have to remember which one is meant. */
function TourNote() {
  const { open, stop } = useTour();
  const at = stops[stop];
  if (!open || at === undefined) return null;
  return (
    <p className={styles.note}>
      The tour goes on at “{at.title}”. In the demo that is for {at.role}@demo.test, with the same password.
    </p>
  );
}
