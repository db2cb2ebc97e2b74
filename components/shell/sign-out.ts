import { callApi } from '#lib/client/api.ts';
import { isFault } from '#lib/core/fault.ts';
import { showToast } from '#components/ui/toast.tsx';

/** Ends this browser's session. A full page load follows: nothing of the workspace stays in memory. */
export async function signOut(): Promise<void> {
  const answer = await callApi('signOut');
  if (isFault(answer)) {
    showToast({ kind: 'error', title: 'You are still signed in', description: answer.message });
    return;
  }
  location.assign('/login');
}
