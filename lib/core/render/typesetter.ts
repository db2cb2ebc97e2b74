/**
 * What makes a formula of TeX: a quarter of a page's code, and most pages show no formula. `katex-typesetter.ts` puts it
 * here when it is imported: on the server at once, in a browser when the first formula is shown.
 */

/** TeX as HTML; throws where the TeX is broken. */
export type Typesetter = (tex: string, displayMode: boolean) => string;

let present: Typesetter | null = null;
const listeners = new Set<() => void>();

export const currentTypesetter = (): Typesetter | null => present;

export function setTypesetter(typesetter: Typesetter): void {
  present = typesetter;
  for (const listener of Array.from(listeners)) listener();
}

/** Called when formulas rendered before would look otherwise now. */
export function onTypesetter(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
