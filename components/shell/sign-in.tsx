'use client';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { callApi } from '#lib/client/api.ts';
import { type Fault, isFault } from '#lib/core/fault.ts';
import { Button } from '#components/ui/button.tsx';
import { Notice } from '#components/ui/notice.tsx';
import { TextField } from '#components/ui/text-field.tsx';
import { Logo } from './logo.tsx';
import { readCode } from './read-code.ts';
import styles from './sign-in.module.css';
import { followThemeChoice } from './theme.ts';

type State =
  | { readonly kind: 'asking' }
  | { readonly kind: 'working' }
  | { readonly kind: 'refused'; readonly fault: Fault };

/**
 * Exchanges the one-time code for a session. The code comes in the fragment of the printed link, which browsers never
 * send to a server, and leaves the address bar before anything else happens.
 */
export function SignIn() {
  const [state, setState] = useState<State>({ kind: 'asking' });
  const [typed, setTyped] = useState('');
  const used = useRef(false);

  const exchange = async (code: string) => {
    setState({ kind: 'working' });
    const answer = await callApi('signIn', { body: { code } });
    if (isFault(answer)) return setState({ kind: 'refused', fault: answer });
    // A full load: the pages are rendered with the new session, and this one leaves the history.
    location.replace('/');
  };

  useEffect(followThemeChoice, []);
  useEffect(() => {
    const take = () => {
      const code = readCode(location.hash);
      if (location.hash !== '') history.replaceState(null, '', location.pathname);
      if (code === null || used.current) return;
      used.current = true;
      void exchange(code);
    };
    take();
    // A second link opened in this very tab changes the fragment alone.
    const again = () => {
      used.current = false;
      take();
    };
    window.addEventListener('hashchange', again);
    return () => window.removeEventListener('hashchange', again);
  }, []);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const code = readCode(typed);
    if (code !== null) void exchange(code);
  };

  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Logo size={22} />
          <h1 className={styles.title}>Sign in to Farfield</h1>
        </div>
        {state.kind === 'working' ? (
          <p role="status">Signing in…</p>
        ) : (
          <>
            {state.kind === 'refused' ? (
              <Notice kind="error" hint={state.fault.fault === 'access.code' ? undefined : state.fault.hint}>
                {state.fault.message}
              </Notice>
            ) : null}
            <p className={styles.text}>
              Links are good once, for one minute. Print a new one in the project’s folder and open it here:
            </p>
            <code className={styles.command}>npm run login</code>
            <form className={styles.form} onSubmit={submit}>
              <TextField
                label="Or paste the link or its code"
                type="password"
                mono
                value={typed}
                onChange={setTyped}
                autoComplete="one-time-code"
              />
              <Button type="submit" look="primary" disabled={readCode(typed) === null}>
                Sign in
              </Button>
            </form>
          </>
        )}
      </div>
    </main>
  );
}
