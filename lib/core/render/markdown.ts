import markdownIt, { type StateBlock, type StateInline, type Token } from 'markdown-it';
import { isJsonObject, type JsonObject } from '#lib/core/json.ts';
import { escapeHtml } from './escape-html.ts';
import { readMath, renderMath, type MathSource } from './latex.ts';
import { sanitizeHtml } from './sanitize-html.ts';

export type MarkdownOptions = {
  /** `attachments` of the cell: file name → mime bundle. */
  readonly attachments?: JsonObject | undefined;
  /** Workspace-relative address → address to use, or null to leave it out. */
  readonly resolveUrl?: ((path: string) => string | null) | undefined;
};

/** Longer sources are shown as text. */
const maxSource = 1_000_000;

/**
 * A Markdown cell as safe HTML: GitHub's dialect, formulas as Jupyter reads them, raw HTML through the allow-list. Formulas
 * are put into the finished tree in place of marks in text nodes, never into attributes, because their HTML is not sanitised.
 */
export function renderMarkdown(source: string, options: MarkdownOptions = {}): string {
  if (source.length > maxSource) return `<pre>${escapeHtml(source.slice(0, maxSource))}</pre>`;
  const env: Env = { mark: freeMark(source), formulas: [], scansLeft: 200 };
  const html = parser.render(source, env);
  return sanitizeHtml(html, {
    resolveUrl: options.resolveUrl,
    attachment: (name) => attachmentUrl(options.attachments, name),
    replaceText: (text) => insertFormulas(text, env),
  }).html;
}

type Env = { readonly mark: string; readonly formulas: string[]; scansLeft: number };

const parser = markdownIt({ html: true, linkify: true, typographer: false });
// Without a scheme `train.py` would be a link to Paraguay.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
// Addresses are judged by the sanitiser, which also sees those in raw HTML.
parser.validateLink = () => true;
parser.inline.ruler.before('escape', 'math', mathInline);
parser.block.ruler.before('fence', 'math', mathBlock, { alt: ['paragraph', 'reference', 'blockquote', 'list'] });
parser.core.ruler.push('task_list', (state) => markTasks(state.tokens));
parser.core.ruler.push('heading_ids', (state) => nameHeadings(state.tokens));
parser.renderer.rules['math'] = (tokens, index, _options, env) => addFormula(tokens[index], env as Env);
parser.renderer.rules['math_block'] = (tokens, index, _options, env) =>
  `<p>${addFormula(tokens[index], env as Env)}</p>\n`;
parser.renderer.rules['html_block'] = (tokens, index, _options, env) =>
  mathInHtml(tokens[index]?.content ?? '', env as Env);

function mathInline(state: StateInline, silent: boolean): boolean {
  const found = findMath(state.src, state.pos, state.env as Env);
  if (found === undefined) return false;
  if (!silent) push(state.push('math', '', 0), found);
  state.pos = found.end;
  return true;
}

function mathBlock(state: StateBlock, start: number, _end: number, silent: boolean): boolean {
  const at = (state.bMarks[start] ?? 0) + (state.tShift[start] ?? 0);
  if ((state.sCount[start] ?? 0) - state.blkIndent >= 4) return false;
  const opening = state.src.slice(at, at + 7);
  if (!opening.startsWith('$$') && !/^(\\\\?\[|\\begin\{)/.test(opening)) return false;
  const found = findMath(state.src, at, state.env as Env);
  if (found === undefined) return false;
  // A formula with text after it belongs to a paragraph.
  let line = start;
  while (line < state.lineMax && (state.eMarks[line] ?? 0) < found.end) line += 1;
  if (line >= state.lineMax || state.src.slice(found.end, state.eMarks[line]).trim() !== '') return false;
  if (silent) return true;
  const token = state.push('math_block', '', 0);
  token.map = [start, line + 1];
  token.block = true;
  push(token, { ...found, tex: found.tex.replace(/^[ \t]*>[ \t]?/gm, '') });
  state.line = line + 1;
  return true;
}

function push(token: Token, math: MathSource): void {
  token.content = math.tex;
  token.meta = { display: math.display };
}

/** `readMath` with a bound on scans that find no end, so that text full of lone `$` costs no square. */
function findMath(text: string, at: number, env: Env): MathSource | undefined {
  if (env.scansLeft <= 0 || !/^(\$|\\\\?[([]|\\begin\{)/.test(text.slice(at, at + 7))) return undefined;
  const found = readMath(text, at);
  if (found === undefined) env.scansLeft -= 1;
  return found;
}

function addFormula(token: Token | undefined, env: Env): string {
  const display = (token?.meta as { display?: boolean } | undefined)?.display === true;
  return addMath(token?.content ?? '', display, env);
}

function addMath(tex: string, display: boolean, env: Env): string {
  env.formulas.push(renderMath(tex, display).html);
  return `${env.mark}${env.formulas.length - 1};`;
}

/** Formulas in the text of an HTML block; its tags are left alone. */
function mathInHtml(html: string, env: Env): string {
  if (!html.includes('$')) return html;
  // Behind the last tag no `<` begins one: looking for its end from each would cost a square.
  const last = html.lastIndexOf('<', html.lastIndexOf('>'));
  const tags = last === -1 ? 0 : html.indexOf('>', last) + 1;
  const inText = (text: string): string => mathInText(text, env);
  return (
    html.slice(0, tags).replace(/<[^>]*>|[^<]+/g, (part) => (part.startsWith('<') ? part : inText(part))) +
    html.slice(tags).replace(/[^<]+/g, inText)
  );
}

function mathInText(text: string, env: Env): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf('$'); at !== -1; at = text.indexOf('$', at)) {
    const found = findMath(text, at, env);
    if (found === undefined) at += 1;
    else {
      out += text.slice(from, at) + addMath(decodeEntities(found.tex), found.display, env);
      from = at = found.end;
    }
  }
  return out + text.slice(from);
}

function decodeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** A word that the source does not contain: nothing but our own renderer can have written it. */
function freeMark(source: string): string {
  let number = 0;
  while (source.includes(`formula${number}x`)) number += 1;
  return `formula${number}x`;
}

function insertFormulas(text: string, env: Env): string | undefined {
  if (!text.includes(env.mark)) return undefined;
  return text
    .split(env.mark)
    .map((part, index) => {
      if (index === 0) return escapeHtml(part);
      const semicolon = part.indexOf(';');
      return (env.formulas[Number(part.slice(0, semicolon))] ?? '') + escapeHtml(part.slice(semicolon + 1));
    })
    .join('');
}

function markTasks(tokens: readonly Token[]): void {
  tokens.forEach((token, index) => {
    const item = tokens[index - 2];
    if (token.type !== 'inline' || tokens[index - 1]?.type !== 'paragraph_open' || item?.type !== 'list_item_open')
      return;
    const first = token.children?.[0];
    const box = first?.type === 'text' ? /^\[([ xX])\]\s/.exec(first.content) : null;
    if (box === null || first === undefined) return;
    first.type = 'html_inline';
    const rest = escapeHtml(first.content.slice(4));
    const [state, name] = box[1] === ' ' ? ['', 'open task'] : [' checked', 'done task'];
    first.content = `<input type="checkbox" aria-label="${name}" disabled${state}> ${rest}`;
    item.attrJoin('class', 'task-list-item');
  });
}

/** Ids as Jupyter makes them (blanks become hyphens), so that links inside existing notebooks work. */
function nameHeadings(tokens: readonly Token[]): void {
  const used = new Map<string, number>();
  tokens.forEach((token, index) => {
    if (token.type !== 'heading_open') return;
    const text = (tokens[index + 1]?.children ?? [])
      .map((child) => (child.type === 'math' ? '' : child.content))
      .join('');
    const id = text.trim().replace(/\s+/g, '-').slice(0, 200);
    if (id === '') return;
    const count = used.get(id) ?? 0;
    used.set(id, count + 1);
    token.attrSet('id', count === 0 ? id : `${id}-${count}`);
  });
}

function attachmentUrl(attachments: JsonObject | undefined, name: string): string | null {
  if (attachments === undefined || !Object.hasOwn(attachments, name)) return null;
  const bundle = attachments[name];
  if (!isJsonObject(bundle)) return null;
  for (const [mime, value] of Object.entries(bundle)) {
    const text = Array.isArray(value) ? value.join('') : value;
    if (/^image\/(png|jpe?g|gif|webp|svg\+xml)$/.test(mime) && typeof text === 'string') {
      return text.trimStart().startsWith('<')
        ? `data:${mime};charset=utf-8,${encodeURIComponent(text.toWellFormed())}`
        : `data:${mime};base64,${text.replace(/\s+/g, '')}`;
    }
  }
  return null;
}
