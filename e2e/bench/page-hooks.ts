import type { PageHooks, ProbeWindow } from './page-window.ts';

export function installFarfieldHooks(): void {
  const shown = (selector: string) =>
    [...document.querySelectorAll<HTMLElement>(selector)].find((one) => one.clientHeight > 0) ?? null;
  const root = (): ParentNode => shown('[data-notebook]') ?? document;
  const hooks: PageHooks = {
    scroller: () => shown('[data-notebook-scroller]') ?? shown('[data-notebook]'),
    cells: () => root().querySelectorAll<HTMLElement>('[data-cell-id]'),
    cell: (index) => root().querySelector<HTMLElement>(`[data-cell-id][data-cell-index="${index}"]`),
    active: () => root().querySelector<HTMLElement>('[data-cell-id][aria-current="true"]'),
    identity: (cell) => cell.dataset['cellId'],
    order: (cell) => Number(cell.dataset['cellIndex']),
    source: (cell) => {
      const plain = cell.querySelector('[data-cell-editor] textarea:not(.inputarea):not(.ime-text-area)');
      const lines = cell.querySelector('.view-lines');
      if (lines === null && plain instanceof HTMLTextAreaElement) return plain.value;
      return (lines ?? cell.querySelector('[data-cell-editor]'))?.textContent ?? '';
    },
    editor: (cell) => cell.querySelector<HTMLElement>('[data-cell-editor]'),
    hasFullEditor: (cell) => (cell.querySelector('.monaco-editor .view-lines')?.textContent ?? '') !== '',
    output: (cell) => cell.querySelector('[data-cell-outputs]')?.textContent ?? '',
    count: (cell) => (cell.dataset['runState'] === 'ok' ? Number(cell.dataset['executionCount']) || null : null),
  };
  (window as unknown as ProbeWindow).hooks = hooks;
}

export function installJupyterlabHooks(): void {
  const root = (): ParentNode =>
    document.querySelector<HTMLElement>('.jp-NotebookPanel:not(.lm-mod-hidden)') ?? document;
  const hooks: PageHooks = {
    scroller: () => root().querySelector<HTMLElement>('.jp-WindowedPanel-outer'),
    cells: () => root().querySelectorAll<HTMLElement>('.jp-Notebook .jp-Cell'),
    cell: (index) => root().querySelector<HTMLElement>(`.jp-Cell[data-windowed-list-index="${index}"]`),
    active: () => root().querySelector<HTMLElement>('.jp-Cell.jp-mod-active'),
    identity: (cell) => cell,
    order: (cell) => [...(cell.parentElement?.children ?? [])].indexOf(cell),
    source: (cell) => cell.querySelector('.cm-content, .jp-RenderedMarkdown')?.textContent ?? '',
    editor: (cell) => cell.querySelector<HTMLElement>('.cm-content'),
    hasFullEditor: (cell) => cell.querySelector('.cm-content') !== null,
    output: (cell) => [...cell.querySelectorAll('.jp-OutputArea-output')].map((one) => one.textContent).join(''),
    count: (cell) => Number(/\[(\d+)\]/.exec(cell.querySelector('.jp-InputPrompt')?.textContent ?? '')?.[1]) || null,
  };
  (window as unknown as ProbeWindow).hooks = hooks;
}

/** A bare contenteditable page seen as a notebook of one cell: the browser's own floor. */
export function installBareHooks(): void {
  const page = () => document.querySelector<HTMLElement>('[contenteditable]');
  const hooks: PageHooks = {
    scroller: () => document.scrollingElement as HTMLElement,
    cells: () => document.querySelectorAll<HTMLElement>('[contenteditable]'),
    cell: page,
    active: page,
    identity: (cell) => cell,
    order: () => 0,
    source: (cell) => cell.textContent ?? '',
    editor: page,
    hasFullEditor: () => true,
    output: () => '',
    count: () => null,
  };
  (window as unknown as ProbeWindow).hooks = hooks;
}
