'use client';
import { useEffect, type ReactNode } from 'react';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Logo } from './logo.tsx';
import styles from './message-page.module.css';
import { followThemeChoice } from './theme.ts';

export type MessagePageProps = { readonly title: string; readonly children: ReactNode; readonly actions?: ReactNode };

/** A page that only says something, and the way back. Uses no router: it may stand outside the frame. */
export function MessagePage({ title, children, actions }: MessagePageProps) {
  useEffect(followThemeChoice, []);
  return (
    <main className={styles.page}>
      <a href="/" className={styles.brand} aria-label="Farfield, start page">
        <Logo size={24} />
      </a>
      <EmptyState
        level={1}
        title={title}
        actions={
          actions ?? (
            <a href="/" className={styles.way}>
              Go to the start page
            </a>
          )
        }
      >
        {children}
      </EmptyState>
    </main>
  );
}

export type ErrorPageProps = { readonly error: Error; readonly onRetry: () => void };

export function ErrorPage({ error, onRetry }: ErrorPageProps) {
  return (
    <MessagePage
      title="This page failed"
      actions={
        <>
          <Button look="primary" onClick={onRetry}>
            Try again
          </Button>
          <Button onClick={() => location.reload()}>Reload</Button>
        </>
      }
    >
      It is a fault of Farfield, not of your notebook: what you saved is on disk. The cause: {error.message}
    </MessagePage>
  );
}
