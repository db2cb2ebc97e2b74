import { readEscape } from './escape-sequence.ts';
import { renderPlainText } from './plain-text.ts';
import { readableInk, type Rgb } from './readable-color.ts';
import { applySgr, plainStyle, type TextStyle } from './text-style.ts';

/**
 * Text with ANSI escapes as safe HTML. Colours and styles become spans: classes for the 16 colours of the theme
 * (`ansi-red-fg`, `ansi-bright-red-bg`), inline colours for the 256 and true-colour ones: on the page's own ground made
 * readable in both themes, on a ground that the text brings along as they are. Every other control sequence
 * (hyperlinks, clipboard, cursor movement, titles) is dropped. Linear in the length of the text.
 */
export function renderAnsi(text: string): string {
  let html = '';
  let style = plainStyle;
  let index = 0;
  while (index < text.length) {
    const escape = text.indexOf('\x1b', index);
    const end = escape === -1 ? text.length : escape;
    if (end > index) html += renderRun(text.slice(index, end), style);
    if (escape === -1) break;
    const found = readEscape(text, escape);
    if (found.kind === 'csi' && found.final === 'm') style = applySgr(style, found.params);
    index = found.end;
  }
  return html;
}

/** The same text without escapes and without characters that draw nothing in a terminal; for copying and alt text. */
export function stripAnsi(text: string): string {
  let plain = '';
  let index = 0;
  while (index < text.length) {
    const escape = text.indexOf('\x1b', index);
    if (escape === -1) return plain + text.slice(index);
    plain += text.slice(index, escape);
    index = readEscape(text, escape).end;
  }
  return plain;
}

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

function renderRun(text: string, style: TextStyle): string {
  const inner = renderPlainText(text);
  if (style === plainStyle || inner === '') return inner;
  const classes: string[] = [];
  const rules: string[] = [];
  if (style.bold) classes.push('ansi-bold');
  if (style.dim) classes.push('ansi-dim');
  if (style.italic) classes.push('ansi-italic');
  if (style.underline) classes.push('ansi-underline');
  if (style.strike) classes.push('ansi-strike');
  const ground = style.inverse ? (style.fg ?? 'inverse') : style.bg;
  addColor('fg', style.inverse ? (style.bg ?? 'inverse') : style.fg, classes, rules, ground === null);
  addColor('bg', ground, classes, rules, false);
  const classAttribute = classes.length > 0 ? ` class="${classes.join(' ')}"` : '';
  const styleAttribute = rules.length > 0 ? ` style="${rules.join(';')}"` : '';
  return `<span${classAttribute}${styleAttribute}>${inner}</span>`;
}

function addColor(
  side: 'fg' | 'bg',
  color: TextStyle['fg'],
  classes: string[],
  rules: string[],
  onPage: boolean,
): void {
  if (color === null) return;
  if (color === 'inverse') classes.push(`ansi-inverse-${side}`);
  else if (typeof color === 'number' && color < 16) {
    classes.push(`ansi-${color < 8 ? '' : 'bright-'}${names[color % 8] ?? 'white'}-${side}`);
  } else {
    const channels = typeof color === 'number' ? paletteColor(color) : color;
    rules.push(`${side === 'fg' ? 'color' : 'background-color'}:${onPage ? inkOf(channels) : `rgb(${channels})`}`);
  }
}

/** One ink where it reads in both themes, else one for each; the page says which by its `color-scheme`. */
function inkOf(channels: string): string {
  const color = channels.split(',').map(Number) as unknown as Rgb;
  const [light, dark] = [readableInk(color, 'light').join(','), readableInk(color, 'dark').join(',')];
  return light === dark ? `rgb(${light})` : `light-dark(rgb(${light}),rgb(${dark}))`;
}

/** Colours 16-255 of xterm: a 6×6×6 cube, then 24 greys. */
function paletteColor(color: number): string {
  if (color >= 232)
    return Array<number>(3)
      .fill(8 + (color - 232) * 10)
      .join(',');
  const cube = color - 16;
  const channel = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  return [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(channel).join(',');
}
