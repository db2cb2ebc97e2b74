/**
 * Modes of a screen that programs switch once and rely on from then on, with what each is at the beginning: cursor keys,
 * wrapping, the cursor itself, the mouse, the other screen, brackets around what is pasted.
 */
const initial: Readonly<Record<string, boolean>> = {
  '1': false,
  '7': true,
  '25': true,
  '47': false,
  '1000': false,
  '1002': false,
  '1003': false,
  '1006': false,
  '1047': false,
  '1049': false,
  '2004': false,
};

const introducer = '\u001B[?';
const reset = '\u001Bc';

/** Reads the modes out of text that is kept no longer, so that the rest of it is shown as it was meant. */
export class ScreenModes {
  readonly #set = new Map<string, boolean>();

  read(text: string): void {
    const from = text.lastIndexOf(reset);
    if (from !== -1) this.#set.clear();
    for (let at = text.indexOf(introducer, Math.max(0, from)); at !== -1; at = text.indexOf(introducer, at + 1)) {
      const [, numbers = '', how] = /^([\d;]{1,64})([hl])/.exec(text.slice(at + introducer.length, at + 80)) ?? [];
      for (const mode of numbers.split(';')) if (mode in initial) this.#set.set(mode, how === 'h');
    }
  }

  toText(): string {
    return [...this.#set]
      .filter(([mode, on]) => initial[mode] !== on)
      .map(([mode, on]) => `${introducer}${mode}${on ? 'h' : 'l'}`)
      .join('');
  }
}
