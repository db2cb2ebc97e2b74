import { useEffect, useMemo, useRef } from 'react';
import { showToast } from '#components/ui/toast.tsx';
import { connection } from '#lib/client/connection.ts';
import type { InputId } from '#lib/core/ids.ts';
import { isHidden } from '#lib/core/notebook/hidden-parts.ts';
import { workspaceUrl } from '#lib/protocol/http/workspace-url.ts';
import { CellDrag } from './cell-drag.ts';
import { CellMenuStore } from './cell-menu.ts';
import type { Question } from './commands/parts.ts';
import { CellWindow } from './cell-window.ts';
import type { EarlyPlace } from './early-place.ts';
import { EditorSlot } from './editor-slot.ts';
import { estimateCellHeight } from './estimate-height.ts';
import { FindStore } from './find/find-store.ts';
import { HistoryStore } from './history/history-store.ts';
import { newCellId, NotebookCommands } from './notebook-commands.ts';
import type { NotebookParts } from './notebook-context.ts';
import { KernelHelp } from './kernel-help/kernel-help.ts';
import { NotebookRunner, type RunTrouble } from './notebook-runner.ts';
import { NotebookQueue } from './queue/notebook-queue.ts';
import type { OpenedNotebook } from './open-notebook.ts';
import { SelectionStore } from './selection.ts';
import { shownCellsOf } from './shown-cells.ts';

export type PartsProps = {
  readonly path: string;
  /** Name that others see beside this person's caret. */
  readonly person: string;
  readonly onNeedKernel: ((path: string) => void) | undefined;
  readonly ask: (question: Question) => Promise<boolean>;
};

/** Builds what the cells of one notebook share, once; callbacks may change, the parts do not. */
export function useNotebookParts(notebook: OpenedNotebook, early: EarlyPlace, props: PartsProps): NotebookParts {
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  const { path, person } = props;
  const fixed = useMemo(() => {
    const { document, results } = notebook;
    const selection = new SelectionStore();
    const editor = new EditorSlot(document, () => showToast(noEditor));
    const cells = new CellWindow(shownCellsOf(document), (id) => {
      const { type, metadata } = document.cell(id) ?? { type: 'code' as const, metadata: {} };
      return estimateCellHeight({
        type,
        source: isHidden(metadata, 'source') ? '' : document.cells.source(id),
        outputs: isHidden(metadata, 'outputs') ? [] : results.cell(id).outputs,
      });
    });
    const kept = early.anchor(document.cellIds());
    if (kept !== null) cells.restore(kept);
    const find = new FindStore(document, {
      from: () => selection.get().active,
      show: (id) => {
        commands.collapsing.reveal(id);
        commands.collapsing.show(id, 'source');
        selection.set({ active: id, mode: 'command' });
        cells.reveal(id, 'center');
      },
    });
    const history = new HistoryStore(() => document.getSnapshot().path);
    const runner = new NotebookRunner(connection(), document, results);
    const queue = new NotebookQueue(connection(), document, results);
    const help = new KernelHelp({
      connection: connection(),
      document,
      selection,
      editor,
      hasKernel: () => runner.session() !== null,
      ownsRun: (id) => runner.owns(id),
      tell: showToast,
    });
    // oxlint-disable-next-line react/refs -- read when a command is carried out, not while rendering
    const commands = new NotebookCommands({
      document,
      results,
      selection,
      runner,
      queue,
      editor,
      help,
      find,
      history,
      effects: {
        tell: (trouble) => tell(trouble, () => latest.current.onNeedKernel?.(latest.current.path)),
        say: (title, description) => showToast({ title, description }),
        confirm: (question) => latest.current.ask(question),
        offer: ({ id, title, description, verb, run }) =>
          showToast({ id, kind: 'error', title, description, action: { label: verb, run } }),
        later: (ms, then) => {
          const timer = window.setTimeout(then, ms);
          return () => window.clearTimeout(timer);
        },
        offerUndo: (title, run) => showToast({ title, action: { label: 'Undo', run } }),
        focusInput: (id) => void requestAnimationFrame(() => focusInput(id)),
        newId: newCellId,
      },
    });
    return {
      document,
      results,
      selection,
      editor,
      cells,
      find,
      history,
      commands,
      help,
      menu: new CellMenuStore(),
      drag: new CellDrag(document, commands),
    };
  }, [notebook, early]);

  useEffect(() => fixed.editor.open(), [fixed]);
  useEffect(() => fixed.help.open(), [fixed]);
  useEffect(() => () => fixed.find.close(), [fixed]);
  useEffect(() => () => fixed.commands.life.leave(), [fixed]);
  useEffect(() => {
    const { selection, cells } = fixed;
    const follow = () => {
      const { active, follow: wanted } = selection.get();
      cells.pin('active', active === null ? [] : [active]);
      if (active !== null && wanted) cells.reveal(active);
    };
    follow();
    return selection.subscribe(follow);
  }, [fixed]);
  useEffect(() => {
    const { results, cells } = fixed;
    const look = () => results.seen(cells.near());
    look();
    const off = cells.subscribe(look);
    // Outputs arrive after the cells: only then are their heights known.
    let ready = results.ready();
    const offResults = results.subscribe(() => {
      if (ready || !results.ready()) return;
      ready = true;
      cells.estimateAgain();
      look();
    });
    return () => {
      off();
      offResults();
    };
  }, [fixed]);
  useEffect(() => {
    const { document, editor, selection } = fixed;
    const introduce = () => document.awareness.setLocalStateField('user', { name: person });
    introduce();
    return document.onDoc(() => {
      introduce();
      // Whoever types goes on where the caret is.
      const offset = editor.get()?.selectionOffsets().at(-1);
      if (offset !== undefined && selection.get().mode === 'edit') selection.set({ mode: 'edit', at: { offset } });
      editor.renew();
    });
  }, [fixed, person]);

  return useMemo(() => ({ ...fixed, resolveUrl: (address: string) => workspaceUrl(path, address) }), [fixed, path]);
}

/** After the cell is in the page. */
function focusInput(id: InputId): void {
  document.querySelector<HTMLInputElement>(`[data-input-id="${CSS.escape(id)}"] input`)?.focus();
}

const noEditor = {
  kind: 'error',
  title: 'The editor could not be loaded.',
  description: 'Cells are edited in a plain field, without colours and completion. Reload the page to try again.',
} as const;

/** Trouble with a run is said in the page, with what to do next. */
function tell({ fault, choose, again }: RunTrouble, onChoose: () => void): void {
  // Whoever called a start off knows that nothing was run.
  if (fault.fault === 'kernel.startCancelled') return;
  if (again !== undefined) {
    const run = async () => {
      const blocked = await again();
      if (blocked !== null) tell(blocked, onChoose);
    };
    // Said once, however often a key is pressed.
    return showToast({
      id: fault.fault,
      title: fault.message,
      action: { label: 'Run again after it ends', run: () => void run() },
    });
  }
  showToast({
    kind: 'error',
    title: fault.message,
    description: fault.hint,
    ...(choose ? { action: { label: 'Choose where to run', run: onChoose } } : {}),
  });
}
