/** One key press with its modifiers. `accel` = Ctrl or Cmd, whichever the platform uses. */
export type KeyChord = {
  readonly key: string;
  readonly accel: boolean;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly meta: boolean;
};

/** What of a KeyboardEvent decides the chord. */
export type KeyPress = {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
};

const modifierNames: ReadonlySet<string> = new Set(['Accel', 'Ctrl', 'Alt', 'Shift', 'Meta']);

/** Parses `Ctrl-Shift-P` or `D D`. Throws on a modifier it does not know: a typo in a keymap is a bug. */
export function parseKeys(keys: string): readonly KeyChord[] {
  return keys.split(' ').map(parseChord);
}

function parseChord(text: string): KeyChord {
  // `Accel--` is the minus key.
  const parts = text.endsWith('-') ? [...text.slice(0, -1).split('-').filter(Boolean), '-'] : text.split('-');
  const key = parts.at(-1) ?? '';
  const modifiers = parts.slice(0, -1);
  const unknown = modifiers.find((name) => !modifierNames.has(name));
  if (unknown !== undefined || key === '') throw new Error(`bad key chord: ${text}`);
  return {
    key: key.toLowerCase(),
    accel: modifiers.includes('Accel'),
    ctrl: modifiers.includes('Ctrl'),
    alt: modifiers.includes('Alt'),
    shift: modifiers.includes('Shift'),
    meta: modifiers.includes('Meta'),
  };
}

/** The key a person meant: by its character, or by its place where the layout has no Latin letters. */
export function keyOf(press: KeyPress): string {
  const physical = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(press.code);
  const byPlace = physical?.[1] ?? physical?.[2];
  // Alt on a Mac turns letters into other characters; other scripts have no Latin letter at all.
  const foreign = press.key.length === 1 && press.key.charCodeAt(0) > 127;
  if (byPlace !== undefined && foreign) return byPlace.toLowerCase();
  // Shift-1 says "!" on one layout and something else on the next.
  if (physical?.[2] !== undefined && press.shiftKey) return physical[2];
  return press.key === ' ' ? 'space' : press.key.toLowerCase();
}

export function chordMatches(chord: KeyChord, press: KeyPress): boolean {
  if (chord.key !== keyOf(press)) return false;
  if (chord.alt !== press.altKey || chord.shift !== press.shiftKey) return false;
  if (chord.accel) return press.ctrlKey !== press.metaKey;
  return chord.ctrl === press.ctrlKey && chord.meta === press.metaKey;
}

const keyNames: Readonly<Record<string, string>> = {
  enter: 'Enter',
  escape: 'Esc',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
  space: 'Space',
  backspace: '⌫',
  delete: 'Del',
  pageup: 'PgUp',
  pagedown: 'PgDn',
};

/** A key sequence as it is shown: `⇧⌘P` on a Mac, `Ctrl+Shift+P` elsewhere. */
export function describeSequence(keys: string, mac: boolean): string {
  return parseKeys(keys)
    .map((chord) => describeChord(chord, mac))
    .join(' ');
}

function describeChord(chord: KeyChord, mac: boolean): string {
  const key = keyNames[chord.key] ?? (chord.key.length === 1 ? chord.key.toUpperCase() : capitalised(chord.key));
  if (mac) {
    const signs = (chord.ctrl ? '⌃' : '') + (chord.alt ? '⌥' : '') + (chord.shift ? '⇧' : '');
    return `${signs}${chord.accel || chord.meta ? '⌘' : ''}${key === 'Enter' ? '↩' : key}`;
  }
  const names = [
    chord.accel || chord.ctrl ? 'Ctrl' : '',
    chord.alt ? 'Alt' : '',
    chord.shift ? 'Shift' : '',
    chord.meta ? 'Meta' : '',
  ].filter(Boolean);
  return [...names, key].join('+');
}

const capitalised = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
