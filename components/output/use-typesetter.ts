import { useEffect, useSyncExternalStore } from 'react';
import { waitingMath } from '#lib/core/render/latex.ts';
import { currentTypesetter, onTypesetter, type Typesetter } from '#lib/core/render/typesetter.ts';

/** The typesetter of formulas, once it is loaded: HTML that was rendered without it is rendered again. */
export function useTypesetter(): Typesetter | null {
  return useSyncExternalStore(onTypesetter, currentTypesetter, noTypesetter);
}

const noTypesetter = () => null;

/** Loads the typesetter when this HTML has a formula that waits for it. */
export function useWaitingMath(html: string): void {
  const waits = html.includes(`class="${waitingMath}"`);
  useEffect(() => {
    if (waits) void loadTypesetter();
  }, [waits]);
}

/** Resolves when formulas can be typeset. Without it they stay as their source; the next one tries again. */
export async function loadTypesetter(): Promise<void> {
  try {
    await import('#lib/core/render/katex-typesetter.ts');
  } catch (error) {
    console.warn('formulas stay as their source:', error);
  }
}
