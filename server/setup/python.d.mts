export type EnvironmentOptions = {
  readonly why?: string;
  /** Told what is done and why; does it. */
  readonly announce?: (what: string, why: string, work: () => Promise<void>) => Promise<void>;
  readonly signal?: AbortSignal;
};
export function ensureEnvironment(
  root: string,
  venvs: string,
  name: string,
  what: string,
  options?: EnvironmentOptions,
): Promise<void>;
