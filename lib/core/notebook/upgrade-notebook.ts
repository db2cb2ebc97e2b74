import { isJsonObject, type JsonObject, type JsonValue } from '#lib/core/json.ts';
import type { CellResults, CellType } from './model.ts';
import type { Output } from './output.ts';
import { joinLines, readBundle, readCount } from './read-output.ts';

/** A cell of an old format in today's terms; it gets its id later. */
export type UpgradedCell = CellResults & {
  readonly type: CellType;
  readonly source: string;
  readonly metadata: JsonObject;
};

const shortMimes = new Map([
  ['text', 'text/plain'],
  ['html', 'text/html'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['jpeg', 'image/jpeg'],
  ['latex', 'text/latex'],
  ['json', 'application/json'],
  ['javascript', 'application/javascript'],
]);

/** Reads the worksheets of formats 2 and 3 as one list of format 4 cells. */
export function upgradeWorksheets(worksheets: readonly JsonValue[]): UpgradedCell[] {
  return worksheets.flatMap((sheet) => {
    const found = isJsonObject(sheet) ? sheet['cells'] : undefined;
    return Array.isArray(found) ? (found as readonly JsonValue[]).map(upgradeCell) : [];
  });
}

/** What formats 2 and 3 kept in the notebook's metadata and format 4 does not. */
export function upgradeMetadata(metadata: JsonObject): JsonObject {
  const { name: _name, signature: _signature, ...kept } = metadata;
  return kept;
}

function upgradeCell(value: JsonValue): UpgradedCell {
  const cell = isJsonObject(value) ? value : {};
  const own = isJsonObject(cell['metadata']) ? cell['metadata'] : {};
  const text = joinLines(cell['source']) ?? '';
  const base = { metadata: own, outputs: [], executionCount: null };
  switch (cell['cell_type']) {
    case 'code':
      return {
        type: 'code',
        source: joinLines(cell['input']) ?? text,
        metadata: typeof cell['collapsed'] === 'boolean' ? { collapsed: cell['collapsed'], ...own } : own,
        outputs: Array.isArray(cell['outputs']) ? (cell['outputs'] as readonly JsonValue[]).map(upgradeOutput) : [],
        executionCount: readCount(cell['prompt_number']),
      };
    case 'heading': {
      const level = typeof cell['level'] === 'number' ? Math.min(Math.max(Math.trunc(cell['level']), 1), 6) : 1;
      const line = text.split(/\r\n|[\r\n]/).join(' ');
      return { ...base, type: 'markdown', source: `${'#'.repeat(level)} ${line}` };
    }
    case 'markdown':
    case 'html':
      return { ...base, type: 'markdown', source: text };
    default:
      return { ...base, type: 'raw', source: text };
  }
}

function upgradeOutput(value: JsonValue): Output {
  if (!isJsonObject(value)) return { output_type: 'unknown', raw: {} };
  const metadata = isJsonObject(value['metadata']) ? value['metadata'] : {};
  switch (value['output_type']) {
    case 'stream':
      return {
        output_type: 'stream',
        name: typeof value['stream'] === 'string' ? value['stream'] : 'stdout',
        text: joinLines(value['text']) ?? '',
      };
    case 'pyout':
      return {
        output_type: 'execute_result',
        data: upgradeBundle(value),
        metadata,
        execution_count: readCount(value['prompt_number']),
      };
    case 'display_data':
      return { output_type: 'display_data', data: upgradeBundle(value), metadata };
    case 'pyerr': {
      const traceback = value['traceback'];
      return {
        output_type: 'error',
        ename: typeof value['ename'] === 'string' ? value['ename'] : '',
        evalue: typeof value['evalue'] === 'string' ? value['evalue'] : '',
        traceback: Array.isArray(traceback) ? traceback.filter((line) => typeof line === 'string') : [],
      };
    }
    default:
      return { output_type: 'unknown', raw: value };
  }
}

const notData = new Set(['output_type', 'metadata', 'prompt_number']);

function upgradeBundle(output: JsonObject): Record<string, JsonValue> {
  const data: [string, JsonValue][] = [];
  for (const [key, value] of Object.entries(output)) {
    if (notData.has(key)) continue;
    const mime = shortMimes.get(key) ?? key;
    data.push([mime, mime === 'application/json' ? parsedJson(value) : value]);
  }
  return readBundle(Object.fromEntries(data));
}

/** Format 3 kept JSON data as text. */
function parsedJson(value: JsonValue): JsonValue {
  const text = joinLines(value);
  if (text === null) return value;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text; // not JSON after all: show the text
  }
}
