import { apiUrl } from './api-url.ts';

/**
 * Turns an address relative to a notebook into the one that loads the file; null when it would leave the workspace. The
 * server checks again.
 */
export function workspaceUrl(notebookPath: string, address: string): string | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(address.replace(/[?#].*$/, ''));
  } catch {
    return null;
  }
  const steps = decoded.startsWith('/') ? [] : notebookPath.split('/').slice(0, -1);
  for (const step of decoded.split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') steps.push(step);
    else if (steps.pop() === undefined) return null;
  }
  return steps.length === 0 ? null : apiUrl('readFile', { query: { path: steps.join('/') } });
}
