import { z } from 'zod';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { isJsonObject, type JsonObject } from '#lib/core/json.ts';

/** What the agent in a kernel says. Anybody's code runs there: nothing of it is believed beyond its shape. */
const words = z.string().max(500);
const answerSchema = z.object({
  version: z.string().max(64),
  error: words.optional(),
  bind: z
    .object({
      unreachable: words.optional(),
      installed: z.boolean().optional(),
      /** What keeps the kernel where it is. */
      open: z.enum(['spark', 'ray', 'rayImport']).optional(),
    })
    .optional(),
  reach: z.record(z.string().max(128), words.nullable()).optional(),
});
export type AgentAnswer = z.output<typeof answerSchema>;

const mostCharacters = 64_000;

/** From the content of the kernel's reply; null: there is no agent of this version. */
export function readAgentAnswer(told: Fault | JsonObject): Fault | AgentAnswer | null {
  if (isFault(told)) return told;
  const expressions = told['user_expressions'];
  const asked = isJsonObject(expressions) ? expressions['asked'] : undefined;
  if (!isJsonObject(asked)) return failed('the kernel left the question out');
  if (asked['status'] === 'error') return failed(`${String(asked['ename'])}: ${String(asked['evalue'])}`);
  const data = asked['data'];
  const shown = isJsonObject(data) ? data['text/plain'] : undefined;
  if (shown === 'None') return null;
  if (typeof shown !== 'string' || shown.length > mostCharacters) return failed('its answer cannot be read');
  const read = answerSchema.safeParse(parsed(shown));
  if (!read.success) return failed('its answer cannot be read');
  return read.data.error === undefined ? read.data : failed(read.data.error);
}

function parsed(shown: string): unknown {
  try {
    return JSON.parse(shown) as unknown;
  } catch {
    return null;
  }
}

const failed = (why: string): Fault =>
  fault('kernel.noAgent', `What Farfield has inside the kernel does not answer: ${why.slice(0, 500)}.`);
