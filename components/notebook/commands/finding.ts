import type { CommandParts } from './parts.ts';

/** Longer selections are what somebody wants to change, not what they look for. UTF-16 units */
const longestPrefill = 200;

/** Find and replace, by key. */
export class Finding {
  readonly #parts: CommandParts;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  isOpen(): boolean {
    return this.#parts.find.getSnapshot().open;
  }

  /** Shows the bar, or puts the focus into it; looks for what is selected. */
  open(replacing: boolean): void {
    const editor = this.#parts.editor.get();
    const selected =
      editor?.hasTextFocus() === true ? editor.selectedText() : (window.getSelection()?.toString() ?? '');
    const text = selected.length > longestPrefill || selected.includes('\n') ? undefined : selected;
    this.#parts.find.open({ replacing, text });
  }

  step(by: 1 | -1): void {
    this.#parts.find.step(by);
  }
}
