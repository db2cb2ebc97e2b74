import { isJsonObject, type JsonObject, type JsonValue } from '#lib/core/json.ts';
import { findMember, jsonEqual, JsonScanner, parseRange, type Range } from './json-ranges.ts';
import type { TextStyle } from './layout.ts';
import { isSorted } from './text-style.ts';

/** Text that stands for a value as it is: bytes of the file that are kept. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A JSON value in which some parts are already text. */
export type Renderable =
  | null
  | boolean
  | number
  | string
  | RawJson
  | readonly Renderable[]
  | { readonly [key: string]: Renderable };

/**
 * Writes a value in a file's style. `base` is the white space at the beginning of the line on which the value starts;
 * keys are put in order where the file does so, unless `asGiven`.
 */
export function renderJson(value: Renderable, style: TextStyle, base: string, asGiven = false): string {
  if (value instanceof RawJson) return value.text;
  if (typeof value === 'string') return renderString(value, style);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = style.indent === null ? '' : base + style.indent;
  const items: string[] = [];
  if (Array.isArray(value)) {
    for (const item of value as readonly Renderable[]) items.push(renderJson(item, style, inner));
    return enclose('[', items, ']', style, base);
  }
  const keys = Object.keys(value);
  if (style.sorted && !asGiven) keys.sort();
  for (const key of keys) {
    const member = (value as { readonly [key: string]: Renderable | undefined })[key];
    if (member === undefined) continue;
    items.push(renderString(key, style) + style.colon + renderJson(member, style, inner));
  }
  return enclose('{', items, '}', style, base);
}

function enclose(open: string, items: readonly string[], close: string, style: TextStyle, base: string): string {
  if (items.length === 0) return open + close;
  if (style.indent === null) return open + items.join(style.comma) + close;
  const lead = style.eol + base + style.indent;
  return open + lead + items.join(`,${lead}`) + style.eol + base + close;
}

// oxlint-disable-next-line no-control-regex -- exactly what is outside ASCII
const nonAscii = /[^\x00-\x7f]/g;

export function renderString(value: string, style: TextStyle): string {
  const text = JSON.stringify(value);
  if (!style.ascii) return text;
  return text.replace(nonAscii, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The white space with which the line of `offset` begins. */
export function lineIndent(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  let end = start;
  while (text[end] === ' ' || text[end] === '\t') end++;
  return text.slice(start, Math.min(end, offset));
}

/** Changes to the members of an object; `undefined` removes one. */
export type MemberChanges = ReadonlyMap<string, Renderable | undefined>;

/**
 * The text of the object at `range` with some members changed: the others, their order and the white space between them
 * stay. A new member goes where the alphabet wants it if the object is in order, else to the end.
 */
export function patchObject(text: string, range: Range, changes: MemberChanges, style: TextStyle): string {
  const { members } = new JsonScanner(text).readMembers(range.start);
  const [first] = members;
  const last = members.at(-1);
  const base = lineIndent(text, range.start);
  if (!first || !last) {
    const added = Object.fromEntries([...changes].filter(([, value]) => value !== undefined)) as Record<
      string,
      Renderable
    >;
    return Object.keys(added).length === 0 ? text.slice(range.start, range.end) : renderJson(added, style, base);
  }
  const lead = text.slice(range.start + 1, first.keyStart);
  const inner = lead.includes('\n') ? lead.slice(lead.lastIndexOf('\n') + 1) : base;
  const second = members[1];
  const comma = second ? text.slice(first.value.end, second.keyStart) : lead === '' ? style.comma : `,${lead}`;
  const parts = members.flatMap((member, index) => {
    const own = findMember(members, member.key) === member; // of a repeated key only the last one counts
    const change = own && changes.has(member.key) ? changes.get(member.key) : null;
    const before = index === 0 ? null : text.slice(members[index - 1]?.value.end, member.keyStart);
    if (own && changes.has(member.key)) {
      if (change === undefined) return [];
      const head = text.slice(member.keyStart, member.value.start);
      return [{ key: member.key, before, text: head + renderJson(change ?? null, style, inner) }];
    }
    return [{ key: member.key, before, text: text.slice(member.keyStart, member.value.end) }];
  });
  const sorted = isSorted(members) && (members.length > 1 || style.sorted);
  for (const [key, value] of changes) {
    if (value === undefined || findMember(members, key)) continue;
    const found = sorted ? parts.findIndex((part) => part.key > key) : -1;
    const part = { key, before: comma, text: renderString(key, style) + style.colon + renderJson(value, style, inner) };
    parts.splice(found < 0 ? parts.length : found, 0, part);
  }
  if (parts.length === 0) return '{}';
  const body = parts.map((part, index) => (index === 0 ? part.text : (part.before ?? comma) + part.text)).join('');
  return `{${lead}${body}${text.slice(last.value.end, range.end)}`;
}

/** Objects deeper than this are written anew rather than patched. */
const maxPatchDepth = 40;

/** What to write for a value that was `before` at `range` and is now `after`, keeping the text of what is equal in both. */
export function patchValue(
  text: string,
  range: Range,
  before: JsonValue,
  after: JsonValue,
  style: TextStyle,
  nonFinite: readonly Range[],
  depth = 0,
): Renderable {
  if (jsonEqual(before, after)) return new RawJson(text.slice(range.start, range.end));
  if (!isJsonObject(before) || !isJsonObject(after) || depth > maxPatchDepth || text[range.start] !== '{') return after;
  const { members } = new JsonScanner(text).readMembers(range.start);
  const changes = new Map<string, Renderable | undefined>();
  const next: JsonObject = after;
  for (const key of new Set([...Object.keys(before), ...Object.keys(next)])) {
    const value = Object.hasOwn(next, key) ? next[key] : undefined;
    const member = findMember(members, key);
    if (value === undefined) changes.set(key, undefined);
    else if (!member) changes.set(key, value);
    else {
      const old = parseRange(text, member.value, nonFinite);
      if (!jsonEqual(old, value))
        changes.set(key, patchValue(text, member.value, old, value, style, nonFinite, depth + 1));
    }
  }
  return new RawJson(patchObject(text, range, changes, style));
}
