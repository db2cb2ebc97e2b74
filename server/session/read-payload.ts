import { isJsonObject, type JsonObject, type JsonValue } from '#lib/core/json.ts';
import type { RunPayload } from '#lib/protocol/run-payload.ts';

/** Characters of text that one payload may bring into a browser. */
const longest = 1_000_000;
const mostPayloads = 16;

/** The payloads of an `execute_reply`'s content, those that a browser can do something with. */
export function readPayloads(content: unknown): readonly RunPayload[] {
  const listed = isJsonObject(content) ? content['payload'] : undefined;
  if (!Array.isArray(listed)) return [];
  return listed.slice(0, mostPayloads).flatMap((one: JsonValue) => (isJsonObject(one) ? readPayload(one) : []));
}

function readPayload(payload: JsonObject): readonly RunPayload[] {
  switch (payload['source']) {
    case 'page': {
      const data = readableData(payload['data']);
      return Object.keys(data).length === 0 ? [] : [{ kind: 'page', data }];
    }
    case 'set_next_input': {
      const text = payload['text'];
      // Code that was cut would be another program.
      if (typeof text !== 'string' || text.length > longest) return [];
      return [{ kind: 'nextInput', text, replace: payload['replace'] === true }];
    }
    case 'ask_exit':
      return [{ kind: 'refused', what: 'exit' }];
    case 'edit_magic':
      return [{ kind: 'refused', what: 'edit' }];
    default:
      return [];
  }
}

const readable = ['text/plain', 'text/markdown', 'text/html', 'text/latex'] as const;

/** The forms of a bundle that are text to read, each of bounded length. */
export function readableData(value: JsonValue | undefined): Record<string, JsonValue> {
  const data: Record<string, JsonValue> = {};
  if (!isJsonObject(value)) return data;
  for (const mime of readable) {
    const text = value[mime];
    if (typeof text !== 'string') continue;
    // Markup that was cut may mean something else; plain text is only shorter.
    if (text.length <= longest) data[mime] = text;
    else if (mime === 'text/plain') data[mime] = `${text.slice(0, longest)}\n…`;
  }
  return data;
}
