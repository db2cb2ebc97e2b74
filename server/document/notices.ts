import type { DocumentState } from '#lib/protocol/document-state.ts';

export type Notice = DocumentState['notices'][number];
const most = 20;

/** Things said once to everybody who has the notebook open; the last twenty. */
export class Notices {
  readonly #now: () => number;
  #list: readonly Notice[] = [];
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get list(): readonly Notice[] {
    return this.#list;
  }

  /** The same sentence twice in a row is said once. */
  add(kind: Notice['kind'], text: string): void {
    if (this.#list.at(-1)?.text === text) return;
    const at = this.#now();
    this.#list = [...this.#list, { id: `${at}-${this.#count++}`, kind, text, at }].slice(-most);
  }
}

/** “2 cells changed, 1 added” for the edits a merge made; null for none. */
export function describeEdits(
  edits: readonly { readonly type: string; readonly cellId?: string; readonly cell?: { readonly id: string } }[],
): string | null {
  const kinds: Record<'added' | 'removed' | 'moved' | 'changed', Set<string>> = {
    added: new Set(),
    removed: new Set(),
    moved: new Set(),
    changed: new Set(),
  };
  let notebook = false;
  for (const edit of edits) {
    const id = edit.cellId ?? edit.cell?.id;
    if (id === undefined) notebook = true;
    else if (edit.type === 'InsertCell') kinds.added.add(id);
    else if (edit.type === 'DeleteCell') kinds.removed.add(id);
    else if (edit.type === 'MoveCell') kinds.moved.add(id);
    else kinds.changed.add(id);
  }
  const parts = (['changed', 'added', 'removed', 'moved'] as const).flatMap((kind) =>
    kinds[kind].size === 0 ? [] : [`${kinds[kind].size} ${kinds[kind].size === 1 ? 'cell' : 'cells'} ${kind}`],
  );
  if (notebook) parts.push('notebook settings changed');
  return parts.length === 0 ? null : parts.join(', ');
}
