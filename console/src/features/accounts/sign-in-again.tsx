// Asks for the password over the open page when the session ended, so that nothing typed is lost.
import { useState } from 'react';
import { Dialog } from '../../ui/dialog';
import { PasswordField } from '../../ui/fields';
import { useSignIn } from './use-sign-in';

export function SignInAgain({ opened, email, onDone, onClose }: { opened: boolean; email: string; onDone: () => void; onClose: () => void }) {
  const [password, setPassword] = useState('');
  const signIn = useSignIn(() => {
    setPassword('');
    onDone();
  });
  return (
    <Dialog
      opened={opened}
      title="Your session has ended. Sign in again?"
      act="Sign in and go on"
      keep="Leave this page as it is"
      busy={signIn.isPending}
      problem={signIn.error}
      onAct={() => signIn.mutate({ body: { email, password } })}
      onClose={onClose}
    >
      <p>The page behind this dialog, and all that you typed in it, stays as it is. Repeat your last act afterwards.</p>
      <PasswordField label={`Password of ${email}`} name="password" value={password} onChange={setPassword} required autoFocus />
    </Dialog>
  );
}
