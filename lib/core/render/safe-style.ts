/**
 * Declarations of a `style` attribute that can neither fetch nor move out of their box. Values are single words, numbers,
 * colours and gradients: no `url()`, no variables, no escapes, no comments.
 */
const properties = new Set([
  'background',
  'background-color',
  'border',
  'border-bottom',
  'border-collapse',
  'border-color',
  'border-left',
  'border-radius',
  'border-right',
  'border-spacing',
  'border-style',
  'border-top',
  'border-width',
  'color',
  'font-family',
  'font-size',
  'font-style',
  'font-variant',
  'font-weight',
  'height',
  'line-height',
  'list-style-type',
  'max-height',
  'max-width',
  'min-height',
  'min-width',
  'padding',
  'padding-bottom',
  'padding-left',
  'padding-right',
  'padding-top',
  'text-align',
  'text-decoration',
  'text-indent',
  'text-transform',
  'vertical-align',
  'white-space',
  'width',
  'word-break',
  'overflow-wrap',
]);
const functions = new Set(['rgb', 'rgba', 'hsl', 'hsla', 'linear-gradient']);

export function safeStyle(style: string): string {
  if (style.length > 4_000) return '';
  const kept: string[] = [];
  for (const declaration of style.split(';')) {
    const colon = declaration.indexOf(':');
    if (colon === -1) continue;
    const name = declaration.slice(0, colon).trim().toLowerCase();
    const value = declaration
      .slice(colon + 1)
      .replace(/!\s*important\s*$/i, '')
      .trim();
    if (properties.has(name) && isSafeValue(value)) kept.push(`${name}: ${value}`);
  }
  return kept.join('; ');
}

function isSafeValue(value: string): boolean {
  if (value === '' || value.length > 500 || !/^[-\w\s#.,%()'"+]*$/.test(value)) return false;
  // A negative length would reach over the neighbours.
  if (/(^|[\s,(])-\s*[\d.]/.test(value)) return false;
  if (/\d{5,}/.test(value.replace(/\.\d+/g, ''))) return false;
  return [...value.matchAll(/([-\w]*)\s*\(/g)].every((match) => functions.has((match[1] ?? '').toLowerCase()));
}
