import type { JsonObject, JsonValue } from '#lib/core/json.ts';
import { findMember, jsonEqual, JsonScanner, parseRange, type Range } from './json-ranges.ts';
import type { NotebookFile } from './layout.ts';
import type { NotebookCell } from './model.ts';
import type { Output } from './output.ts';
import { normalise } from './read-cell.ts';
import { renderLines, renderOutput, splitLines, usesList } from './render-cell.ts';
import { lineIndent, patchObject, patchValue, RawJson, renderJson, type Renderable } from './render-json.ts';

/**
 * The text of the file's cell at `index` after it became `next`; null when nothing changed. Only changed members are
 * replaced. A cell of an unknown type never changes. `sameResults`: they are the file's and are not looked into.
 */
export function patchCell(
  file: NotebookFile,
  index: number,
  old: NotebookCell,
  next: NotebookCell,
  sameResults: boolean,
): string | null {
  const layout = file.layout.cells[index];
  if (!layout || old.type === 'unknown') return null;
  const { text } = file;
  const { style, nonFinite } = file.layout;
  const range = (key: string): Range | undefined => findMember(layout.members, key)?.value;
  const type = next.type === 'unknown' ? old.type : next.type;
  const changes = new Map<string, Renderable | undefined>();
  const patched = (key: string, before: JsonObject, after: JsonObject): void => {
    const at = range(key);
    changes.set(key, at ? patchValue(text, at, before, after, style, nonFinite) : after);
  };

  if (type !== old.type) changes.set('cell_type', type);
  if (next.source !== old.source) changes.set('source', renderSource(file, index, next.source));
  if (!jsonEqual(old.metadata, next.metadata)) patched('metadata', old.metadata, next.metadata);
  const attachments = type === 'code' && old.type !== 'code' ? undefined : next.attachments;
  if (!jsonEqual(old.attachments, attachments)) {
    if (attachments) patched('attachments', old.attachments ?? {}, attachments);
    else changes.set('attachments', undefined);
  }
  const results = (key: 'outputs' | 'execution_count'): void => {
    changes.set(key, key === 'outputs' ? renderOutputs(file, index, old.outputs, next.outputs) : next.executionCount);
  };
  if (type === 'code' && old.type === 'code' && !sameResults) {
    if (!sameOutputs(old.outputs, next.outputs)) results('outputs');
    if (old.executionCount !== next.executionCount) results('execution_count');
  }
  if (changes.size === 0) return null;
  for (const key of ['outputs', 'execution_count'] as const) {
    if (type !== 'code' && type !== old.type && range(key)) changes.set(key, undefined);
    else if (type === 'code' && (type !== old.type || !range(key))) results(key);
  }
  // The cell is written anyway, so its id may be made right too.
  if (layout.fileId !== next.id && file.format.minor >= 5) changes.set('id', next.id);
  return patchObject(text, layout.range, changes, style);
}

/** The source in the form it has in the file; lines that stay keep their bytes, and `\r\n` stays the cell's line end. */
function renderSource(file: NotebookFile, index: number, source: string): Renderable {
  const { text } = file;
  const { cells, style, nonFinite } = file.layout;
  const members = cells[index]?.members ?? [];
  const lists = usesList(text, members, 'source') ?? style.lists;
  const at = findMember(members, 'source')?.value;
  const before = at ? parseRange(text, at, nonFinite) : '';
  const joined = Array.isArray(before)
    ? (before as readonly JsonValue[]).join('')
    : typeof before === 'string'
      ? before
      : '';
  const crlf = joined.includes('\r\n') && !/[^\r]\n/.test(joined);
  const spelled = (line: string): string => (crlf ? line.replace(/\n/g, '\r\n') : line);
  if (!lists || !at || text[at.start] !== '[') return renderLines(spelled(source), lists);

  const { elements } = new JsonScanner(text).readElements(at.start);
  const old = elements.map((range) => ({ range, line: normalise(asText(parseRange(text, range, nonFinite))) }));
  const lines = splitLines(source);
  let head = 0;
  while (head < old.length && head < lines.length && old[head]?.line === lines[head]) head++;
  let tail = 0;
  const most = Math.min(old.length, lines.length) - head;
  while (tail < most && old[old.length - 1 - tail]?.line === lines[lines.length - 1 - tail]) tail++;
  const kept = (entry: { readonly range: Range }): RawJson =>
    new RawJson(text.slice(entry.range.start, entry.range.end));
  const items: Renderable[] = [
    ...old.slice(0, head).map(kept),
    ...lines.slice(head, lines.length - tail).map(spelled),
    ...old.slice(old.length - tail).map(kept),
  ];
  return arrayLike(file, at, elements, items);
}

/** An array with the white space of the one it replaces. */
function arrayLike(
  file: NotebookFile,
  at: Range,
  elements: readonly Range[],
  items: readonly Renderable[],
): Renderable {
  const { text } = file;
  const { style } = file.layout;
  const [first, second] = elements;
  const last = elements.at(-1);
  if (!first || !last || items.length === 0) return items;
  const lead = text.slice(at.start + 1, first.start);
  const comma = second ? text.slice(first.end, second.start) : lead === '' ? style.comma : `,${lead}`;
  const inner = lead.includes('\n') ? lead.slice(lead.lastIndexOf('\n') + 1) : lineIndent(text, at.start);
  const body = items.map((item) => renderJson(item, style, inner)).join(comma);
  return new RawJson(`[${lead}${body}${text.slice(last.end, at.end)}`);
}

function asText(value: JsonValue): string {
  return typeof value === 'string' ? value : '';
}

/** Whether two lists of outputs say the same in a file. */
export function sameOutputs(a: readonly Output[], b: readonly Output[]): boolean {
  return a === b || (a.length === b.length && a.every((output, index) => sameOutput(output, b[index])));
}

function sameOutput(a: Output, b: Output | undefined): boolean {
  return a === b || (b !== undefined && jsonEqual(durable(a), durable(b)));
}

/** An output without its transient fields. */
function durable(output: Output): JsonObject {
  const { display_id: _displayId, lines: _lines, ...kept } = output as Output & { display_id?: string; lines?: number };
  return kept as unknown as JsonObject;
}

/** The list of outputs; one that was there before keeps its bytes. */
function renderOutputs(file: NotebookFile, index: number, old: readonly Output[], next: readonly Output[]): Renderable {
  const { text } = file;
  const members = file.layout.cells[index]?.members ?? [];
  const at = findMember(members, 'outputs')?.value;
  const lists = usesList(text, members, 'source') ?? file.layout.style.lists;
  const elements = at && text[at.start] === '[' ? new JsonScanner(text).readElements(at.start).elements : [];
  const free = new Set(old.keys());
  const items = next.map((output, place): Renderable => {
    const same = (candidate: number): boolean => {
      const other = old[candidate];
      return free.has(candidate) && other !== undefined && sameOutput(other, output);
    };
    const found = same(place) ? place : [...free].find(same);
    const range = found === undefined ? undefined : elements[found];
    if (found === undefined || !range) return renderOutput(output, lists);
    free.delete(found);
    return new RawJson(text.slice(range.start, range.end));
  });
  return at ? arrayLike(file, at, elements, items) : items;
}
