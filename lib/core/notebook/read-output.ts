import { isJsonObject, type JsonObject, type JsonValue } from '#lib/core/json.ts';
import type { Output } from './output.ts';

/** Joins a multi-line field; null when it is neither a string nor a list of strings. */
export function joinLines(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('');
  return null;
}

/** Mime types whose value is JSON, never lines of text. */
export function isJsonMime(mime: string): boolean {
  return mime === 'application/json' || mime.endsWith('+json');
}

/** Reads one output of format 4. What does not fit is kept whole as `unknown`. */
export function readOutput(value: JsonValue): Output {
  if (!isJsonObject(value)) return { output_type: 'unknown', raw: {} };
  return readKnownOutput(value) ?? { output_type: 'unknown', raw: value };
}

function readKnownOutput(value: JsonObject): Output | null {
  const metadata = isJsonObject(value['metadata']) ? value['metadata'] : {};
  switch (value['output_type']) {
    case 'stream': {
      const text = joinLines(value['text']);
      if (text === null) return null;
      return { output_type: 'stream', name: typeof value['name'] === 'string' ? value['name'] : 'stdout', text };
    }
    case 'display_data':
      return isJsonObject(value['data'])
        ? { output_type: 'display_data', data: readBundle(value['data']), metadata }
        : null;
    case 'execute_result': {
      if (!isJsonObject(value['data'])) return null;
      const executionCount = readCount(value['execution_count']);
      return {
        output_type: 'execute_result',
        data: readBundle(value['data']),
        metadata,
        execution_count: executionCount,
      };
    }
    case 'error': {
      const { ename, evalue, traceback } = value;
      const lines = typeof traceback === 'string' ? [traceback] : traceback;
      if (!Array.isArray(lines) || !lines.every((line) => typeof line === 'string')) return null;
      return { output_type: 'error', ename: asText(ename), evalue: asText(evalue), traceback: lines };
    }
    default:
      return null;
  }
}

export function readBundle(data: JsonObject): Record<string, JsonValue> {
  const bundle: Record<string, JsonValue> = {};
  for (const [mime, value] of Object.entries(data)) {
    const joined = isJsonMime(mime) ? value : (joinLines(value) ?? value);
    Object.defineProperty(bundle, mime, { value: joined, enumerable: true, writable: true, configurable: true });
  }
  return bundle;
}

export function readCount(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function asText(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
