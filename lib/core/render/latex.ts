import { escapeHtml } from './escape-html.ts';
import { currentTypesetter } from './typesetter.ts';

/** One formula longer than this is shown as its source: KaTeX builds some hundred bytes of HTML per character. */
const maxTex = 20_000;

/** Class of a formula that is shown as its source until there is a typesetter. */
export const waitingMath = 'math-waiting';

export type RenderedMath = { readonly html: string; readonly failed: boolean };

/**
 * TeX as HTML with MathML beside it, or its source while there is no typesetter. Nothing is trusted: `\href`, `\includegraphics` and `\html…` show as errors, macro
 * expansion and sizes are bounded. Broken TeX is shown as its source with the reason in its title.
 */
export function renderMath(tex: string, displayMode: boolean): RenderedMath {
  const source = tex.trim();
  if (source.length > maxTex) return { html: `<code class="math-error">${escapeHtml(source)}</code>`, failed: true };
  const typeset = currentTypesetter();
  if (typeset === null) return { html: `<code class="${waitingMath}">${escapeHtml(source)}</code>`, failed: false };
  try {
    const html = typeset(toKatex(source), displayMode);
    // Wide formulas scroll inside their own box, which the keyboard must reach.
    return {
      html: html.replace('<span class="katex-display">', '<span class="katex-display" tabindex="0">'),
      failed: false,
    };
  } catch (error) {
    // ParseError, and RangeError for nesting that exhausts the stack: both are the formula's fault.
    const reason = error instanceof Error ? error.message.slice(0, 300) : 'not readable';
    const html = `<code class="math-error" title="${escapeHtml(reason)}">${escapeHtml(source)}</code>`;
    return { html, failed: true };
  }
}

/** A `text/latex` output: formulas in `$…$`, `$$…$$`, `\(…\)`, `\[…\]` or environments, with text between them. */
export function renderLatex(latex: string): RenderedMath {
  const source = latex.trim();
  if (source.length > maxTex) return renderMath(source, true);
  const whole = readDelimited(source);
  if (whole !== undefined) return renderMath(whole.tex, whole.display);
  let html = '';
  let failed = false;
  let from = 0;
  for (let at = nextMath(source, 0); at < source.length; at = nextMath(source, at)) {
    const found = readMath(source, at);
    if (found === undefined) {
      at += 1;
      continue;
    }
    const rendered = renderMath(found.tex, found.display);
    failed ||= rendered.failed;
    html += escapeHtml(source.slice(from, at)) + rendered.html;
    from = at = found.end;
  }
  // No delimiter at all: the bundle says it is LaTeX, so it is one formula.
  if (from === 0) return renderMath(source, true);
  return { html: html + escapeHtml(source.slice(from)), failed };
}

export type MathSource = { readonly tex: string; readonly display: boolean; readonly end: number };

/** The formula whose opening delimiter stands exactly at `at`; undefined where none begins or it never ends. */
export function readMath(text: string, at: number): MathSource | undefined {
  if (text.startsWith('$$', at)) return until(text, at + 2, '$$', true);
  if (text[at] === '$') return readDollar(text, at);
  if (text.startsWith('\\begin{', at)) return readEnvironment(text, at);
  if (text.startsWith('\\\\[', at)) return until(text, at + 3, '\\\\]', true);
  if (text.startsWith('\\\\(', at)) return until(text, at + 3, '\\\\)', false);
  if (text.startsWith('\\[', at)) return until(text, at + 2, '\\]', true);
  if (text.startsWith('\\(', at)) return until(text, at + 2, '\\)', false);
  return undefined;
}

/**
 * `$…$` as people mean it: the opening one stands before ink, the closing one after ink and not before a digit, so that
 * "$5 and $6" stays money. `$ x^2 $` with a blank after the opening one counts when it holds something that only TeX has.
 */
function readDollar(text: string, at: number): MathSource | undefined {
  const padded = /\s/.test(text.charAt(at + 1));
  const limit = Math.min(text.length, at + maxTex);
  for (let index = at + 1; index < limit; index += 1) {
    const char = text.charAt(index);
    if (char === '\\') index += 1;
    else if (char === '\n' && /^\n[ \t]*\n/.test(text.slice(index, index + 80))) return undefined;
    else if (char === '$') {
      const tex = text.slice(at + 1, index);
      if ((!padded && /\s/.test(text.charAt(index - 1))) || /\d/.test(text.charAt(index + 1))) continue;
      if (tex === '' || (padded && !/[\\^_=]/.test(tex))) return undefined;
      return { tex, display: false, end: index + 1 };
    }
  }
  return undefined;
}

function readEnvironment(text: string, at: number): MathSource | undefined {
  const name = /^\\begin\{([a-zA-Z]{1,20}\*?)\}/.exec(text.slice(at, at + 40))?.[1];
  if (name === undefined) return undefined;
  const opening = `\\begin{${name}}`;
  const closing = `\\end{${name}}`;
  const limit = at + maxTex;
  let depth = 1;
  for (let index = at + opening.length; ;) {
    const close = text.indexOf(closing, index);
    if (close === -1 || close > limit) return undefined;
    const open = text.indexOf(opening, index);
    if (open !== -1 && open < close) depth += 1;
    else depth -= 1;
    index = open !== -1 && open < close ? open + opening.length : close + closing.length;
    if (depth === 0) return { tex: text.slice(at, index), display: true, end: index };
  }
}

function until(text: string, from: number, closing: string, display: boolean): MathSource | undefined {
  const end = text.slice(from, from + maxTex).indexOf(closing);
  if (end === -1) return undefined;
  const tex = text.slice(from, from + end);
  return tex.trim() === '' ? undefined : { tex, display, end: from + end + closing.length };
}

function nextMath(text: string, from: number): number {
  const found = text.slice(from).search(/[$\\]/);
  return found === -1 ? text.length : from + found;
}

function readDelimited(source: string): MathSource | undefined {
  const found = readMath(source, 0);
  return found !== undefined && found.end === source.length ? found : undefined;
}

/** Environments and commands of MathJax that KaTeX spells otherwise. */
function toKatex(tex: string): string {
  return (
    tex
      .replace(/\\label\s*\{[^{}]{0,200}\}/g, '')
      // Jupyter numbers no equation.
      .replace(/\\(begin|end)\{(equation|align|gather|alignat)\}/g, '\\$1{$2*}')
      .replace(/\\(begin|end)\{multline\*?\}/g, '\\$1{gather*}')
      .replace(/\\begin\{eqnarray\*?\}/g, '\\begin{array}{rcl}')
      .replace(/\\end\{eqnarray\*?\}/g, '\\end{array}')
  );
}
