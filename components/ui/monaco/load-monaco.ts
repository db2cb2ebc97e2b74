import type { Monaco } from './monaco-setup.ts';

let loading: Promise<Monaco> | null = null;

/** The editor's code, fetched once per page. A failed fetch is tried again at the next call. */
export function loadMonaco(): Promise<Monaco> {
  loading ??= import('./monaco-setup.ts').then(
    (module) => module.monaco,
    (cause: unknown) => {
      loading = null;
      throw new Error('the editor could not be loaded', { cause });
    },
  );
  return loading;
}
