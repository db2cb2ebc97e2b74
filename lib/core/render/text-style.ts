/**
 * The state of the pen of a terminal: what SGR sequences (`ESC [ … m`) add up to.
 * A colour is null (default), 0-255 (palette; below 16 the theme's own), or `r,g,b`.
 */
export type TextStyle = {
  readonly fg: number | string | null;
  readonly bg: number | string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly strike: boolean;
};

export const plainStyle: TextStyle = {
  fg: null,
  bg: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  inverse: false,
  strike: false,
};

/** Applies the parameters of one SGR sequence. Private (`ESC [ ? … m`) and malformed ones change nothing. */
export function applySgr(style: TextStyle, params: string): TextStyle {
  if (/[^\d;:]/.test(params)) return style;
  const codes = params.split(';');
  let next: Mutable<TextStyle> = { ...style };
  for (let index = 0; index < codes.length; index += 1) {
    const field = codes[index] ?? '';
    const [head = '', ...subs] = field.split(':');
    const code = Number(head);
    if (code === 38 || code === 48) {
      const parts = subs.length > 0 ? subs : codes.slice(index + 1, index + 5);
      const { color, used } = readColor(parts, subs.length > 0);
      if (subs.length === 0) index += used;
      if (color !== undefined) next[code === 38 ? 'fg' : 'bg'] = color;
    } else if (code === 4 && subs[0] === '0') next.underline = false;
    else if (code === 0) next = { ...plainStyle };
    else applySimple(next, code);
  }
  return sameStyle(next, plainStyle) ? plainStyle : next;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

function applySimple(style: Mutable<TextStyle>, code: number): void {
  if (code >= 30 && code <= 37) style.fg = code - 30;
  else if (code >= 90 && code <= 97) style.fg = code - 90 + 8;
  else if (code >= 40 && code <= 47) style.bg = code - 40;
  else if (code >= 100 && code <= 107) style.bg = code - 100 + 8;
  else if (code === 39) style.fg = null;
  else if (code === 49) style.bg = null;
  else if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 22) style.bold = style.dim = false;
  else if (code === 3 || code === 23) style.italic = code === 3;
  else if (code === 4 || code === 21 || code === 24) style.underline = code !== 24;
  else if (code === 7 || code === 27) style.inverse = code === 7;
  else if (code === 9 || code === 29) style.strike = code === 9;
}

function readColor(parts: readonly string[], colons: boolean): { color: number | string | undefined; used: number } {
  const mode = parts[0];
  if (mode === '5') return { color: byte(parts[1]), used: 2 };
  if (mode !== '2') return { color: undefined, used: mode === undefined ? 0 : 1 };
  // With colons a colour space may stand before the three channels: 38:2::r:g:b.
  const channels = (colons && parts.length >= 5 ? parts.slice(2, 5) : parts.slice(1, 4)).map(byte);
  const whole = channels.length === 3 && channels.every((channel) => channel !== undefined);
  return { color: whole ? channels.join(',') : undefined, used: 4 };
}

function byte(text: string | undefined): number | undefined {
  const value = text === undefined || text === '' ? 0 : Number(text);
  return value <= 255 ? value : undefined;
}

export function sameStyle(a: TextStyle, b: TextStyle): boolean {
  return (
    a === b ||
    (a.fg === b.fg &&
      a.bg === b.bg &&
      a.bold === b.bold &&
      a.dim === b.dim &&
      a.italic === b.italic &&
      a.underline === b.underline &&
      a.inverse === b.inverse &&
      a.strike === b.strike)
  );
}

/** The one spelling of the change from `from` to `to` as an SGR sequence; empty when they are the same. */
export function writeSgr(from: TextStyle, to: TextStyle): string {
  if (sameStyle(from, to)) return '';
  if (sameStyle(to, plainStyle)) return '\x1b[0m';
  const codes: string[] = sameStyle(from, plainStyle) ? [] : ['0'];
  if (to.bold) codes.push('1');
  if (to.dim) codes.push('2');
  if (to.italic) codes.push('3');
  if (to.underline) codes.push('4');
  if (to.inverse) codes.push('7');
  if (to.strike) codes.push('9');
  if (to.fg !== null) codes.push(writeColor(to.fg, 30));
  if (to.bg !== null) codes.push(writeColor(to.bg, 40));
  return `\x1b[${codes.join(';')}m`;
}

function writeColor(color: number | string, base: 30 | 40): string {
  if (typeof color === 'string') return `${base + 8};2;${color.replaceAll(',', ';')}`;
  if (color < 8) return String(base + color);
  if (color < 16) return String(base + 60 + color - 8);
  return `${base + 8};5;${color}`;
}
