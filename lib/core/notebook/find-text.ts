/** What is looked for in the texts of a notebook. */
export type FindQuery = {
  readonly text: string;
  /** `text` is a JavaScript regular expression; `^` and `$` are ends of lines. */
  readonly regex: boolean;
  readonly caseSensitive: boolean;
  readonly wholeWord: boolean;
};

/** A place in a text: UTF-16 offsets, `end` behind the last unit. Never empty. */
export type TextMatch = { readonly start: number; readonly end: number };

const wordUnit = String.raw`[\p{L}\p{N}\p{M}_]`;

/** The expression of a query, or what is wrong with it in one sentence. Null when there is nothing to look for. */
export function compileQuery({ text, regex, caseSensitive, wholeWord }: FindQuery): RegExp | string | null {
  if (text === '') return null;
  const pattern = regex ? text : escapePattern(text);
  const whole = wholeWord ? `(?<!${wordUnit})(?:${pattern})(?!${wordUnit})` : pattern;
  try {
    return new RegExp(whole, caseSensitive ? 'gmu' : 'gimu');
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return `This is no regular expression: ${said.replace(/^Invalid regular expression: /, '').replace(/^\/.*\/\w*: /s, '')}.`;
  }
}

/** How many texts an expression of texts names. */
const mostTexts = 200;

/** An expression that finds these texts as they are, the longer before the shorter; null without one. */
export function literalPattern(texts: readonly string[]): RegExp | null {
  const named = [...new Set(texts)].slice(0, mostTexts).toSorted((one, other) => other.length - one.length);
  return named.length === 0 ? null : new RegExp(named.map(escapePattern).join('|'), 'gu');
}

/** The matches in one text in order, at most `limit`; empty ones are no matches. */
export function findMatches(text: string, pattern: RegExp, limit: number): readonly TextMatch[] {
  const found: TextMatch[] = [];
  pattern.lastIndex = 0;
  while (found.length < limit) {
    const match = pattern.exec(text);
    if (match === null) break;
    if (match[0] === '') pattern.lastIndex += (text.codePointAt(match.index) ?? 0) > 0xff_ff ? 2 : 1;
    else found.push({ start: match.index, end: match.index + match[0].length });
  }
  pattern.lastIndex = 0;
  return found;
}

/**
 * What a match becomes. Plain queries put `replacement` as it is; expressions know `$1`, `$<name>`, `$&`, `$$`, `\n` and
 * `\t`. Null when the text at `match` is no longer one.
 */
export function replacementOf(
  text: string,
  match: TextMatch,
  pattern: RegExp,
  replacement: string,
  regex: boolean,
): string | null {
  pattern.lastIndex = match.start;
  const found = pattern.exec(text);
  pattern.lastIndex = 0;
  if (found === null || found.index !== match.start || found[0].length !== match.end - match.start) return null;
  if (!regex) return replacement;
  return replacement.replaceAll(
    /\$(?:\$|&|(\d{1,2})|<([^>]+)>)|\\([nt\\])/g,
    (mark, group?: string, name?: string, escaped?: string) => {
      if (mark === '$$') return '$';
      if (mark === '$&') return found[0];
      if (group !== undefined) return Number(group) < found.length ? (found[Number(group)] ?? '') : mark;
      if (name !== undefined) return found.groups?.[name] ?? '';
      return escaped === 'n' ? '\n' : escaped === 't' ? '\t' : '\\';
    },
  );
}

const escapePattern = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
