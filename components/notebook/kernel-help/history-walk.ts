/** A walk through what was run before: `at` counts back from the text that was typed here, which is place 0. */
export type HistoryWalk = {
  /** Newest first, none twice in a row. */
  readonly inputs: readonly string[];
  readonly typed: string;
  readonly at: number;
};

/** `inputs` as the kernel tells them, oldest first. What equals the typed text is no step. */
export function beginWalk(inputs: readonly string[], typed: string): HistoryWalk {
  const steps: string[] = [];
  let last = typed;
  for (const input of inputs.toReversed()) {
    if (input === last) continue;
    steps.push(input);
    last = input;
  }
  return { inputs: steps, typed, at: 0 };
}

/** One step to older (-1) or newer (1) inputs; the same walk at its ends. */
export function step(walk: HistoryWalk, by: -1 | 1): HistoryWalk {
  const at = Math.min(walk.inputs.length, Math.max(0, walk.at - by));
  return at === walk.at ? walk : { ...walk, at };
}

/** What the cell shows at this point of the walk. */
export function shownAt(walk: HistoryWalk): string {
  return walk.at === 0 ? walk.typed : (walk.inputs[walk.at - 1] ?? walk.typed);
}
