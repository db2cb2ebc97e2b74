/** What a person did with the first cells before the live ones came. */
export type EarlyEdits = {
  /** Chosen last; null when nothing was clicked. */
  active: { readonly cellId: string; readonly mode: 'command' | 'edit' } | null;
  /** Cells that are being typed into: what the text was, and the field that has it now. */
  readonly fields: Map<string, { readonly before: string; readonly field: HTMLTextAreaElement }>;
  /** Keys that mean something else than text, in the order in which they were pressed. */
  readonly keys: KeyboardEventInit[];
  /** An input method is composing a word: nothing may take the field away. */
  composing: boolean;
  /** A button or finger is down on a cell: its click must come to where it began. */
  pressing: boolean;
  /** Told when composing or pressing ends. */
  changed: (() => void) | null;
};

declare global {
  interface Window {
    farfieldEarly?: EarlyEdits;
  }
}

/**
 * Lets people begin before the notebook's own code is there: a click on still code, or Enter, opens a plain field in its
 * place; other keys are remembered. Runs inline in the page, from its own source text: it may name nothing from outside.
 */
export function watchFirstCells(): void {
  if (window.farfieldEarly !== undefined) return;
  const mostKeys = 50;
  const early: EarlyEdits = {
    active: null,
    fields: new Map(),
    keys: [],
    composing: false,
    pressing: false,
    changed: null,
  };
  window.farfieldEarly = early;

  const cellOf = (node: EventTarget | null): HTMLElement | null =>
    node instanceof Element ? node.closest<HTMLElement>('[data-first-cells] [data-cell-id]') : null;

  const choose = (cell: HTMLElement, mode: 'command' | 'edit'): void => {
    for (const other of document.querySelectorAll<HTMLElement>('[data-first-cells] [data-early]')) {
      if (other.querySelector('textarea') === null) delete other.dataset['early'];
    }
    early.active = { cellId: cell.dataset['cellId'] ?? '', mode };
    cell.dataset['early'] = mode === 'edit' ? 'editing' : 'active';
  };

  const edit = (cell: HTMLElement, offset: number | null): void => {
    const place = cell.querySelector<HTMLElement>('[data-first-source]');
    // Rendered Markdown opens when its code is there.
    if (place === null) {
      early.active = { cellId: cell.dataset['cellId'] ?? '', mode: 'edit' };
      return;
    }
    choose(cell, 'edit');
    const present = place.querySelector('textarea');
    if (present !== null) return present.focus({ preventScroll: true });
    const before = place.textContent ?? '';
    const field = document.createElement('textarea');
    field.className = place.closest<HTMLElement>('[data-first-cells]')?.dataset['fieldClass'] ?? '';
    field.setAttribute('aria-label', place.dataset['firstSource'] ?? '');
    field.setAttribute('autocapitalize', 'off');
    field.setAttribute('autocorrect', 'off');
    field.spellcheck = false;
    field.value = before;
    const fit = (): void => {
      field.style.height = '0';
      field.style.height = `${Math.max(36, field.scrollHeight)}px`;
    };
    field.addEventListener('input', fit);
    field.addEventListener('compositionstart', () => (early.composing = true));
    field.addEventListener('compositionend', () => {
      early.composing = false;
      early.changed?.();
    });
    early.fields.set(cell.dataset['cellId'] ?? '', { before, field });
    place.append(field);
    fit();
    field.focus({ preventScroll: true });
    const caret = offset ?? before.length;
    field.setSelectionRange(caret, caret);
  };

  const release = (event: Event): void => {
    if (!early.pressing) return;
    // A mouse's click comes after the release in the same task; that of a finger somewhat later.
    const byFinger = event instanceof PointerEvent && event.pointerType !== 'mouse';
    setTimeout(
      () => {
        early.pressing = false;
        early.changed?.();
      },
      byFinger ? 300 : 0,
    );
  };
  // Before React hears of it: a press is what makes it hydrate at once, and then the live cells may come.
  window.addEventListener('pointerdown', ({ target }) => (early.pressing = cellOf(target) !== null), true);
  window.addEventListener('pointerup', release, true);
  window.addEventListener('pointercancel', release, true);
  window.addEventListener('blur', release);

  document.addEventListener('click', (event) => {
    const cell = cellOf(event.target);
    if (cell === null || event.target instanceof HTMLTextAreaElement) return;
    const onSource = event.target instanceof Element && event.target.closest('[data-first-source]') !== null;
    if (!onSource || window.getSelection()?.isCollapsed === false) return choose(cell, 'command');
    const caret = document.caretPositionFromPoint?.(event.clientX, event.clientY) ?? null;
    edit(cell, caret !== null && caret.offsetNode.nodeType === 3 ? caret.offset : null);
  });

  document.addEventListener('keydown', (event) => {
    const list = document.querySelector('[data-first-cells]');
    if (list === null || event.defaultPrevented || event.isComposing) return;
    const { key, code, ctrlKey, shiftKey, altKey, metaKey } = event;
    const inField = event.target instanceof HTMLTextAreaElement && cellOf(event.target) !== null;
    if (!inField && event.target !== document.body && cellOf(event.target) === null) return;
    const withModifier = ctrlKey || altKey || metaKey;
    // In a field only what runs or leaves the cell is no text; outside of one, chords are the browser's or the frame's.
    const isCommand = inField ? key === 'Escape' || (key === 'Enter' && (withModifier || shiftKey)) : !withModifier;
    if (!isCommand || key === 'Shift') return;
    if (!inField && key === 'Enter' && !shiftKey && early.keys.length === 0) {
      const active = [...list.querySelectorAll<HTMLElement>('[data-cell-id]')];
      const cell = active.find((one) => one.dataset['cellId'] === early.active?.cellId) ?? cellOf(event.target);
      const chosen = cell ?? active[0];
      event.preventDefault();
      if (chosen !== undefined) edit(chosen, null);
      return;
    }
    const scroller = list.closest('[data-notebook]');
    if (!inField && scroller !== null && (key === 'End' || key === 'Home')) {
      scroller.scrollTop = key === 'End' ? scroller.scrollHeight : 0;
      event.preventDefault();
    }
    if (inField) event.preventDefault();
    if (early.keys.length < mostKeys)
      early.keys.push({ key, code, ctrlKey, shiftKey, altKey, metaKey, bubbles: true, cancelable: true });
  });
}
