/** The page that somebody looks at. */
export type EveryEffects = {
  readonly page: () => Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>;
};

export const everyEffects: EveryEffects = { page: () => document };

/**
 * Asks now, after each pause, and when somebody comes back to the page; never while the page is hidden.
 * @param pause ms; null: only now and on coming back
 * @param ask its signal is aborted once nobody waits for the answer
 * @returns ends it
 */
export function every(
  pause: number | null,
  ask: (left: AbortSignal) => void,
  effects: EveryEffects = everyEffects,
): () => void {
  const page = effects.page();
  const leaving = new AbortController();
  const askInView = () => {
    if (page.visibilityState === 'visible') ask(leaving.signal);
  };
  // A request takes its time: what made somebody look is painted before.
  const first = setTimeout(askInView);
  const timer = pause === null ? undefined : setInterval(askInView, pause);
  page.addEventListener('visibilitychange', askInView);
  return () => {
    leaving.abort();
    clearTimeout(first);
    clearInterval(timer);
    page.removeEventListener('visibilitychange', askInView);
  };
}
