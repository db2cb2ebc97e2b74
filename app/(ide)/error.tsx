'use client';
import { ErrorPage } from '#components/shell/message-page.tsx';

export default function PageError({ error, reset }: { readonly error: Error; readonly reset: () => void }) {
  return <ErrorPage error={error} onRetry={reset} />;
}
