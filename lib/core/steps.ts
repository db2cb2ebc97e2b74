import { z } from 'zod';

/** What was waited for, in order; ms since 1970. The last one goes on while `until` is null. */
export const stepsSchema = z.array(z.object({ text: z.string(), at: z.number(), until: z.number().nullable() }));
export type Steps = z.infer<typeof stepsSchema>;

/** Steps shown of a start; one that reports without end keeps its first and its last. */
const mostSteps = 40;

/** Something else is waited for now. The same again changes nothing. */
export function reachStep(steps: Steps, text: string, at: number): Steps {
  const last = steps.at(-1);
  if (last?.text === text && last.until === null) return steps;
  const over = closeSteps(steps, at);
  const kept = over.length < mostSteps ? over : [...over.slice(0, 1), ...over.slice(2)];
  return [...kept, { text, at, until: null }];
}

/** Nothing is waited for any more. */
export function closeSteps(steps: Steps, at: number): Steps {
  return steps.map((step) => (step.until === null ? { ...step, until: at } : step));
}
