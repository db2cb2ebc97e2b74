import { assertNever } from '#lib/core/fault.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '#lib/core/json.ts';
import type { DisplayOutput, MimeBundle, Output, StreamOutput } from '#lib/core/notebook/output.ts';
import { renderAnsi, stripAnsi } from './ansi.ts';
import { cutLines, cutText } from './cut-text.ts';
import { fitImage, imageBox, readImageSize } from './image-size.ts';
import { renderJsonTree } from './json-tree.ts';
import { renderLatex } from './latex.ts';
import { renderMarkdown } from './markdown.ts';
import { needsFrame, sanitizeHtml } from './sanitize-html.ts';
import { appendStreamText, countLines } from './stream-text.ts';
import { tracebackText } from './traceback.ts';

/**
 * What one output shows, chosen from its mime bundle: the richest form that is safe in the page. Pure and bounded: screen,
 * reports and exports all go through here. Every `html` is safe to insert.
 */
export type RenderedOutput =
  | {
      readonly kind: 'html';
      readonly mime: string;
      /** `output-text` wants a `pre`; the others a block. */
      readonly className: 'output-text' | 'output-html' | 'output-markdown' | 'output-latex' | 'output-json';
      readonly html: string;
      /** The text behind it where copying it makes sense. */
      readonly text?: string | undefined;
      /** What the sanitiser took out. */
      readonly blocked: readonly string[];
    }
  | {
      readonly kind: 'image';
      readonly mime: string;
      /** A `data:` address. */
      readonly url: string;
      readonly alt: string;
      /** CSS pixels, from the metadata. */
      readonly width?: number | undefined;
      readonly height?: number | undefined;
      readonly needsBackground?: 'light' | 'dark' | undefined;
    }
  | {
      readonly kind: 'stream';
      readonly name: string;
      readonly html: string;
      readonly text: string;
      /** Newlines received in total. */
      readonly lines: number;
      /** Lines, or characters of long lines, are missing in the middle. */
      readonly cut: boolean;
    }
  | {
      readonly kind: 'error';
      readonly ename: string;
      readonly evalue: string;
      readonly html: string;
      readonly text: string;
    }
  /** Needs a frame of its own to be shown as meant; `fallback` is what is safe here. */
  | { readonly kind: 'frame'; readonly mime: string; readonly reason: string; readonly fallback: SafeOutput | null };

export type SafeOutput = Exclude<RenderedOutput, { kind: 'frame' }>;

export type RenderOptions = {
  /** Shows up to fifty times more of long text. */
  readonly expanded?: boolean | undefined;
  /** Attachments of the cell, for Markdown outputs that name them. */
  readonly attachments?: JsonObject | undefined;
  readonly resolveUrl?: ((path: string) => string | null) | undefined;
};

/** Null where there is nothing to show (an empty bundle). */
export function renderOutput(output: Output, options: RenderOptions = {}): RenderedOutput | null {
  switch (output.output_type) {
    case 'stream':
      return renderStream(output, options);
    case 'display_data':
    case 'execute_result':
      return renderBundle(output, options);
    case 'error': {
      const text = tracebackText(output);
      const html = renderAnsi(cutText(text, limits(options)).text);
      return { kind: 'error', ename: output.ename, evalue: output.evalue, html, text: stripAnsi(text) };
    }
    case 'unknown':
      return jsonOutput('application/json', output.raw);
    case 'withheld':
      return null;
    default:
      return assertNever(output);
  }
}

function renderStream(output: StreamOutput, options: RenderOptions): SafeOutput {
  // Text from a file may still hold what a terminal would have overwritten.
  const settled = appendStreamText('', output.text);
  const { text, cut } = cutLines(settled, limits(options));
  const lines = output.lines ?? countLines(output.text);
  return {
    kind: 'stream',
    name: output.name,
    html: renderAnsi(text),
    text: stripAnsi(settled).replaceAll('\r', ''),
    lines,
    cut,
  };
}

/** Text limits: lines of the head and the tail, characters in total. */
function limits(options: RenderOptions): { head: number; tail: number; chars: number } {
  return options.expanded === true
    ? { head: 10_000, tail: 40_000, chars: 4_000_000 }
    : { head: 200, tail: 1_000, chars: 200_000 };
}

/** Mime types that only a frame can show, with what the reader is told. */
const frameTypes: readonly (readonly [RegExp, string])[] = [
  [/^application\/vnd\.jupyter\.widget-view\+json$/, 'An interactive widget'],
  [/^application\/vnd\.plotly\./, 'A Plotly chart'],
  [/^application\/vnd\.vega(lite)?\./, 'A Vega chart'],
  [/^application\/vnd\.bokehjs_/, 'A Bokeh chart'],
  [/^(application|text)\/javascript$/, 'A script'],
];

function renderBundle(output: DisplayOutput, options: RenderOptions): RenderedOutput | null {
  const { data, metadata } = output;
  for (const [pattern, label] of frameTypes) {
    const mime = Object.keys(data).find((name) => pattern.test(name));
    if (mime === undefined) continue;
    const safe = safeForms(output, options);
    const fallback = safe.image() ?? safe.shownHtml() ?? safe.markup() ?? safe.text();
    return { kind: 'frame', mime, reason: `${label} needs a frame of its own.`, fallback };
  }
  const safe = safeForms(output, options);
  const html = safe.html();
  if (html !== null) {
    const isolated = isJsonObject(metadata['text/html']) && metadata['text/html']['isolated'] === true;
    if (!isolated && !needsFrame(html.blocked)) {
      if (html.html.trim() !== '') return html;
    } else {
      const fallback = safe.image() ?? safe.shownHtml() ?? safe.markup() ?? safe.text();
      const what = isolated ? 'is marked as isolated' : `holds ${html.blocked.join(', ')}`;
      return { kind: 'frame', mime: 'text/html', reason: `This HTML ${what} and needs a frame of its own.`, fallback };
    }
  }
  return safe.markup() ?? safe.image() ?? safe.json() ?? safe.text();
}

type HtmlOutput = Extract<RenderedOutput, { kind: 'html' }>;

function safeForms({ data, metadata, linked }: DisplayOutput, options: RenderOptions) {
  const read = (mime: string): string | undefined => joined(Object.hasOwn(data, mime) ? data[mime] : undefined);
  const block = (
    mime: string,
    className: HtmlOutput['className'],
    html: string,
    blocked: readonly string[] = [],
  ): HtmlOutput => ({
    kind: 'html',
    mime,
    className,
    html,
    blocked,
  });
  const html = (): HtmlOutput | null => {
    const source = read('text/html');
    if (source === undefined) return null;
    const clean = sanitizeHtml(source, { resolveUrl: options.resolveUrl });
    return block('text/html', 'output-html', clean.html, clean.blocked);
  };
  return {
    html,
    /** Sanitised HTML that still shows something: text or an image. */
    shownHtml: (): HtmlOutput | null => {
      const found = html();
      return found !== null && /<img\b|>[^<]*[^<\s]|^[^<]*[^<\s]/.test(found.html) ? found : null;
    },
    markup: (): HtmlOutput | null => {
      const markdown = read('text/markdown');
      if (markdown !== undefined) return block('text/markdown', 'output-markdown', renderMarkdown(markdown, options));
      const latex = read('text/latex');
      if (latex === undefined) return null;
      const math = renderLatex(latex);
      // The kernel's own picture of it is better than TeX that we cannot read.
      if (math.failed && imageMimes.some((mime) => read(mime) !== undefined || linked?.[mime] !== undefined))
        return null;
      return block('text/latex', 'output-latex', math.html);
    },
    image: (): SafeOutput | null => {
      for (const mime of imageMimes) {
        const link = linked === undefined || !Object.hasOwn(linked, mime) ? undefined : linked[mime];
        const source = read(mime);
        const url = link?.url ?? imageUrl(mime, source);
        if (url === null) continue;
        const natural = link ?? readImageSize(mime, source ?? '');
        return {
          kind: 'image',
          mime,
          url,
          alt: imageAlt(read('text/plain')),
          ...imageFrame(mime, metadata, natural?.width ?? null, natural?.height ?? null),
        };
      }
      return null;
    },
    json: (): SafeOutput | null => {
      if (Object.hasOwn(data, 'application/json'))
        return jsonOutput('application/json', data['application/json'] ?? null);
      if (Object.hasOwn(data, 'text/plain')) return null;
      const mime = Object.keys(data).find((name) => name.endsWith('+json'));
      return mime === undefined ? null : jsonOutput(mime, data[mime] ?? null);
    },
    text: (): SafeOutput | null => {
      const mime = Object.hasOwn(data, 'text/plain')
        ? 'text/plain'
        : Object.keys(data).find((name) => name.startsWith('text/'));
      const source = mime === undefined ? undefined : read(mime);
      if (mime === undefined || source === undefined) return unshown(data);
      const settled = appendStreamText('', source);
      return {
        ...block(mime, 'output-text', renderAnsi(cutText(settled, limits(options)).text)),
        text: stripAnsi(settled),
      };
    },
  };
}

/** Nothing in the bundle is known here: its types are named, so that the cell does not look empty. */
function unshown(data: MimeBundle): SafeOutput | null {
  const types = Object.keys(data);
  if (types.length === 0) return null;
  const text = `No way to show ${types.slice(0, 10).join(', ')}`;
  return { kind: 'html', mime: 'text/plain', className: 'output-text', html: renderAnsi(text), text, blocked: [] };
}

function jsonOutput(mime: string, value: JsonValue): SafeOutput {
  return { kind: 'html', mime, className: 'output-json', html: renderJsonTree(value), blocked: [] };
}

const imageMimes = ['image/svg+xml', 'image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const;

function imageUrl(mime: string, source: string | undefined): string | null {
  if (source === undefined || source.trim() === '') return null;
  if (mime === 'image/svg+xml') {
    const at = source.search(/<svg\b/i);
    if (at === -1) return null;
    const end = source.indexOf('>', at);
    // An `img` runs no script and fetches nothing; it needs the namespace that browsers forgive in a page.
    const isNamed = /\sxmlns\s*=/i.test(source.slice(at, end === -1 ? source.length : end));
    const name = at + '<svg'.length;
    const svg = isNamed ? source : `${source.slice(0, name)} xmlns="http://www.w3.org/2000/svg"${source.slice(name)}`;
    return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg.toWellFormed())}`;
  }
  const base64 = source.replace(/\s+/g, '');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) ? `data:${mime};base64,${base64}` : null;
}

function imageAlt(text: string | undefined): string {
  const alt = stripAnsi(text ?? '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
  return alt === '' ? 'Image output' : alt;
}

/** The box of an image, so that its place is known before it is there: from the metadata, else its own pixels. */
function imageFrame(
  mime: string,
  metadata: JsonObject,
  naturalWidth: number | null,
  naturalHeight: number | null,
): { width?: number; height?: number; needsBackground?: 'light' | 'dark' } {
  const own = metadata[mime];
  const background = (isJsonObject(own) ? own['needs_background'] : undefined) ?? metadata['needs_background'];
  const natural =
    naturalWidth === null || naturalHeight === null ? null : { width: naturalWidth, height: naturalHeight };
  return {
    ...fitImage(imageBox(mime, metadata), natural),
    ...(background === 'light' || background === 'dark' ? { needsBackground: background } : {}),
  };
}

function joined(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('');
  return undefined;
}
