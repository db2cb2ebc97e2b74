export function findChromium(env: Readonly<Record<string, string | undefined>>): string | null;
export function ensureChromium(
  root: string,
  node: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null>;
