/** Calls `act` at once, and then at most once in `everyMs`; what is asked for meanwhile is one call at the end of it. */
export function atMostEvery(everyMs: number, act: () => void): () => void {
  let resting = false;
  let wanted = false;
  const go = (): void => {
    act();
    resting = true;
    setTimeout(() => {
      resting = false;
      if (!wanted) return;
      wanted = false;
      go();
    }, everyMs).unref();
  };
  return () => {
    if (resting) wanted = true;
    else go();
  };
}
