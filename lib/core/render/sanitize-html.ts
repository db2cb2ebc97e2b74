import type { Element, ElementContent, Root } from 'hast';
import { fromHtml } from 'hast-util-from-html';
import { defaultSchema, sanitize, type Schema } from 'hast-util-sanitize';
import { toHtml } from 'hast-util-to-html';
import { safeStyle } from './safe-style.ts';

/**
 * The allow-list for HTML that kernels and notebooks bring: tables, text, images that carry their own bytes. Whatever could
 * run, fetch, cover the page or answer to our selectors is removed; `blocked` says what, so that the caller can offer a frame.
 */
export type SanitizeOptions = {
  /** A link or image address without a scheme: the address to use, or null to leave it out. */
  readonly resolveUrl?: ((path: string) => string | null) | undefined;
  /** `data:` address of a notebook attachment, or null. */
  readonly attachment?: ((name: string) => string | null) | undefined;
  /** Trusted HTML to stand at its place in text nodes; called with each text, returns undefined to keep it. */
  readonly replaceText?: ((text: string) => string | undefined) | undefined;
};

export type Sanitized = { readonly html: string; readonly blocked: readonly string[] };

/** Prefix of every id and name from outside, so that none is ours or a property of `document`. */
export const idPrefix = 'user-content-';

const maxLength = 2_000_000;
const maxNesting = 256;

/** Elements that vanish with all they hold. */
const removed = [
  'script',
  'style',
  'svg',
  'math',
  'iframe',
  'frame',
  'frameset',
  'object',
  'embed',
  'applet',
  'template',
  'noscript',
  'noembed',
  'noframes',
  'textarea',
  'select',
  'title',
  'xmp',
  'plaintext',
  'canvas',
  'audio',
  'video',
  'portal',
  'head',
];
/** Elements that are named to the reader when they are taken out. */
const reported = new Set([
  'script',
  'iframe',
  'frame',
  'object',
  'embed',
  'applet',
  'svg',
  'math',
  'style',
  'link',
  'meta',
  'base',
  'form',
  'input',
  'button',
  'select',
  'textarea',
  'canvas',
  'audio',
  'video',
]);
/** What a frame could show and we do not. */
const needsFrameFor = new Set(['script', 'iframe', 'frame', 'object', 'embed', 'canvas', 'audio', 'video']);

const cellSpans = ['colSpan', 'rowSpan', 'scope', 'headers'];
const classPattern =
  /^(dataframe|col_heading|row_heading|blank|index_name|data|(row|col|level)\d{1,6}|language-[\w+#.-]{1,40}|task-list-item|contains-task-list)$/;

const schema: Schema = {
  ...defaultSchema,
  tagNames: [
    'a',
    'abbr',
    'b',
    'bdi',
    'bdo',
    'blockquote',
    'br',
    'caption',
    'center',
    'cite',
    'code',
    'col',
    'colgroup',
    'dd',
    'del',
    'details',
    'dfn',
    'div',
    'dl',
    'dt',
    'em',
    'figcaption',
    'figure',
    'font',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'hr',
    'i',
    'img',
    'input',
    'ins',
    'kbd',
    'li',
    'mark',
    'ol',
    'p',
    'pre',
    'q',
    's',
    'samp',
    'section',
    'small',
    'span',
    'strike',
    'strong',
    'sub',
    'summary',
    'sup',
    'table',
    'tbody',
    'td',
    'tfoot',
    'th',
    'thead',
    'time',
    'tr',
    'tt',
    'u',
    'ul',
    'var',
    'wbr',
  ],
  strip: removed,
  attributes: {
    '*': ['id', 'style', 'title', 'dir', 'lang', 'align', 'vAlign', ['className', classPattern], 'width', 'height'],
    a: ['href', 'name'],
    img: ['src', 'alt'],
    td: cellSpans,
    th: cellSpans,
    table: ['border', 'cellPadding', 'cellSpacing'],
    col: ['span'],
    colgroup: ['span'],
    ol: ['start', 'type', 'reversed'],
    li: ['value'],
    details: ['open'],
    font: ['color'],
    input: [['type', 'checkbox'], ['disabled', true], 'checked', ['ariaLabel', 'done task', 'open task']],
  },
  protocols: {},
  clobber: ['id', 'name'],
  clobberPrefix: idPrefix,
  required: { input: { type: 'checkbox', disabled: true } },
};

/** Whether what was taken out of a piece of HTML could be shown in a frame. */
export function needsFrame(blocked: readonly string[]): boolean {
  return blocked.some((name) => needsFrameFor.has(name));
}

export function sanitizeHtml(html: string, options: SanitizeOptions = {}): Sanitized {
  if (html.length > maxLength) return { html: '', blocked: ['too large'] };
  if (isTooDeep(html)) return { html: '', blocked: ['too deep'] };
  const blocked = new Set<string>();
  // Never the browser's own parser, not even into an inert document: it looks at handlers of events while it reads them.
  const parsed = fromHtml(html, { fragment: true });
  report(parsed, blocked);
  const clean = sanitize(parsed, schema);
  if (clean.type !== 'root') return { html: '', blocked: [...blocked] };
  finish(clean, options, blocked);
  return { html: toHtml(clean, { allowDangerousHtml: true }), blocked: [...blocked] };
}

function report(parent: Root | Element, blocked: Set<string>): void {
  for (const child of parent.children) {
    if (child.type !== 'element') continue;
    const checkbox = child.tagName === 'input' && child.properties['type'] === 'checkbox';
    if (reported.has(child.tagName) && !checkbox) blocked.add(child.tagName);
    if (Object.keys(child.properties).some((name) => /^on/i.test(name))) blocked.add('event handler');
    report(child, blocked);
  }
}

/** Walks the allowed tree: addresses, styles, text. `raw` nodes are made here alone, from `replaceText`. */
function finish(parent: Root | Element, options: SanitizeOptions, blocked: Set<string>): void {
  parent.children = parent.children.map((child) => {
    if (child.type === 'text') {
      const html = options.replaceText?.(child.value);
      return html === undefined ? child : { type: 'raw', value: html };
    }
    if (child.type !== 'element') return child;
    const { style, className } = child.properties;
    if (Array.isArray(className) && className.length === 0) delete child.properties['className'];
    if (typeof style === 'string') {
      const safe = safeStyle(style);
      if (safe === '') delete child.properties['style'];
      else child.properties['style'] = safe;
    }
    if (child.tagName === 'img') return finishImage(child, options, blocked);
    if (child.tagName === 'a') finishLink(child, options, blocked);
    finish(child, options, blocked);
    return child;
  }) as ElementContent[];
}

const imageData = /^data:image\/(png|jpe?g|gif|webp|svg\+xml)[;,]/i;

function finishImage(image: Element, options: SanitizeOptions, blocked: Set<string>): Element {
  const source = typeof image.properties['src'] === 'string' ? stripBlanks(image.properties['src']) : '';
  const alt = typeof image.properties['alt'] === 'string' ? image.properties['alt'] : '';
  image.properties['alt'] = alt;
  image.properties['loading'] = 'lazy';
  if (imageData.test(source)) return withSource(image, source);
  const name = /^attachment:(.*)$/is.exec(source)?.[1];
  if (name !== undefined) {
    const found = options.attachment?.(decode(name)) ?? null;
    if (found !== null && imageData.test(found)) return withSource(image, found);
    return placeholder(`Attachment not found: ${decode(name)}`, alt);
  }
  if (/^(https?:)?\/\//i.test(source)) {
    blocked.add('remote image');
    const label: Element = placeholder('Image on another server, not loaded', alt);
    const href = source.startsWith('//') ? `https:${source}` : source;
    return { ...label, tagName: 'a', properties: { ...label.properties, ...outside(href) } };
  }
  const resolved = isRelative(source) ? (options.resolveUrl?.(source) ?? null) : null;
  if (resolved !== null) return withSource(image, resolved);
  blocked.add('image');
  return placeholder('Image not available', alt);
}

function withSource(image: Element, source: string): Element {
  image.properties['src'] = source;
  return image;
}

function placeholder(reason: string, alt: string): Element {
  const text = alt === '' ? reason : `${alt} (${reason})`;
  return {
    type: 'element',
    tagName: 'span',
    properties: { className: ['image-placeholder'] },
    children: [{ type: 'text', value: text }],
  };
}

function finishLink(link: Element, options: SanitizeOptions, blocked: Set<string>): void {
  const { href } = link.properties;
  delete link.properties['href'];
  if (typeof href !== 'string') return;
  const address = stripBlanks(href);
  if (/^(https?:\/\/|mailto:)/i.test(address)) Object.assign(link.properties, outside(address));
  else if (address.startsWith('#')) link.properties['href'] = `#${idPrefix}${address.slice(1)}`;
  else {
    const resolved = isRelative(address) ? (options.resolveUrl?.(address) ?? null) : null;
    if (resolved === null) blocked.add('link');
    else link.properties['href'] = resolved;
  }
}

function outside(href: string): { href: string; target: string; rel: string[] } {
  return { href, target: '_blank', rel: ['noopener', 'noreferrer'] };
}

/** No scheme, no host: `a/b.png`, `./x`, `/x`. Backslashes are slashes to a browser, so they are refused. */
function isRelative(address: string): boolean {
  return (
    address !== '' && !/^[a-z][a-z0-9+.-]*:/i.test(address) && !address.startsWith('//') && !address.includes('\\')
  );
}

/** Browsers ignore these inside a scheme (`java\tscript:`). */
function stripBlanks(address: string): string {
  // eslint-disable-next-line no-control-regex
  return address.replace(/[\0-\x1f\x7f-\x9f]/g, '').trim();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A stray per cent sign: the name is meant as it stands.
  }
}

const selfClosing = new Set(
  'p li td th tr dt dd option thead tbody tfoot br hr img input col wbr area base link meta source track param'.split(
    ' ',
  ),
);
const formatting = new Set('a b big code em font i nobr s small strike strong tt u'.split(' '));

/**
 * An upper estimate of the nesting, so that trees that exhaust the stack, and unclosed formatting that the parser copies into
 * every paragraph, are refused before they are built.
 */
function isTooDeep(html: string): boolean {
  let depth = 0;
  let copies = 0;
  let tags = 0;
  let deepest = 0;
  for (const match of html.matchAll(/<(\/?)([a-z][a-z0-9]{0,20})/gi)) {
    const name = (match[2] ?? '').toLowerCase();
    tags += 1;
    if (selfClosing.has(name)) continue;
    const step = match[1] === '/' ? -1 : 1;
    depth = Math.max(0, depth + step);
    if (formatting.has(name)) copies = Math.max(0, copies + step);
    deepest = Math.max(deepest, copies);
    if (depth > maxNesting) return true;
  }
  return deepest > 8 && deepest * tags > 1_000_000;
}
