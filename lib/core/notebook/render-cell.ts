import { isJsonMime } from './read-output.ts';
import { findMember, type Member } from './json-ranges.ts';
import type { NotebookFile } from './layout.ts';
import type { NotebookCell } from './model.ts';
import type { Output } from './output.ts';
import type { Renderable } from './render-json.ts';

// The line ends of Python's str.splitlines, which every notebook writer but ours uses.
// oxlint-disable-next-line no-control-regex
const lineEnd = /(?<=\r\n|\r(?!\n)|[\n\v\f\x1c-\x1e\x85\u2028\u2029])/;

/** Lines with their ends, as `str.splitlines(keepends=True)` gives them; none for the empty text. */
export function splitLines(text: string): string[] {
  return text === '' ? [] : text.split(lineEnd);
}

/** A multi-line field in one of its two forms. */
export function renderLines(text: string, lists: boolean): Renderable {
  return lists ? splitLines(text) : text;
}

function isTextMime(mime: string): boolean {
  return mime.startsWith('text/') || mime === 'application/javascript' || mime === 'image/svg+xml';
}

/** An output as nbformat 4 has it: transient fields gone, multi-line fields in the form asked for. */
export function renderOutput(output: Output, lists: boolean): Renderable {
  switch (output.output_type) {
    case 'stream':
      return { name: output.name, output_type: 'stream', text: renderLines(output.text, lists) };
    case 'display_data':
      return { data: renderBundle(output.data, lists), metadata: output.metadata, output_type: 'display_data' };
    case 'execute_result':
      return {
        data: renderBundle(output.data, lists),
        execution_count: output.execution_count,
        metadata: output.metadata,
        output_type: 'execute_result',
      };
    case 'error':
      return { ename: output.ename, evalue: output.evalue, output_type: 'error', traceback: output.traceback };
    case 'unknown':
      return output.raw;
    case 'withheld':
      throw new Error('a withheld output exists in browsers alone and is never written');
  }
}

function renderBundle(data: Readonly<Record<string, Renderable>>, lists: boolean): Renderable {
  const entries = Object.entries(data).map(([mime, value]): [string, Renderable] => {
    const split = typeof value === 'string' && isTextMime(mime) && !isJsonMime(mime);
    return [mime, split ? renderLines(value, lists) : value];
  });
  return Object.fromEntries(entries);
}

/** A whole cell. Its keys follow the first cell of its type in the file, else the alphabet as in nbformat. */
export function renderCell(cell: NotebookCell, file: NotebookFile, withId: boolean): Renderable {
  const { lists } = file.layout.style;
  const type = cell.type === 'unknown' ? 'raw' : cell.type;
  const members: Record<string, Renderable> = {};
  if (type !== 'code' && cell.attachments) members['attachments'] = cell.attachments;
  members['cell_type'] = type;
  if (type === 'code') members['execution_count'] = cell.executionCount;
  if (withId) members['id'] = cell.id;
  members['metadata'] = cell.metadata;
  if (type === 'code') members['outputs'] = cell.outputs.map((output) => renderOutput(output, lists));
  members['source'] = renderLines(cell.source, lists);
  const model = file.cells.findIndex((other) => other.type === type);
  const order = file.layout.cells[model]?.members.map((member) => member.key) ?? [];
  const ordered: Record<string, Renderable> = {};
  for (const key of [...order, ...Object.keys(members)]) {
    const value = Object.hasOwn(members, key) ? members[key] : undefined;
    if (value !== undefined) ordered[key] = value;
  }
  return ordered;
}

/** Whether a cell of the file writes a multi-line field as a list; null when the field is absent or empty. */
export function usesList(text: string, members: readonly Member[], key: string): boolean | null {
  const member = findMember(members, key);
  if (!member) return null;
  if (text[member.value.start] === '[') return true;
  return member.value.end - member.value.start > 2 ? false : null;
}
