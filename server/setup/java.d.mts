export type JavaOptions = {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Below these each Java has a folder of its own. */
  readonly folders?: readonly string[];
  readonly install?: () => Promise<void>;
};
export function ensureJava(
  announce: (what: string, why: string, work: () => Promise<void>) => Promise<void>,
  options?: JavaOptions,
): Promise<string>;
export function linkJava(home: string, link: string): void;
export function findJava(
  env: Readonly<Record<string, string | undefined>>,
  folders?: readonly string[],
): { readonly home: string | null; readonly old: readonly string[] };
