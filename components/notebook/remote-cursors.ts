import type { editor } from 'monaco-editor/editor';
import type { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import type { CellId } from '#lib/core/ids.ts';
import type { Monaco } from '#components/ui/monaco/monaco-setup.ts';
import { cursorOf, peerOf } from './peer.ts';
import styles from './remote-cursors.module.css';

/** How long a name stays beside a caret that does not move, ms. */
const labelTime = 3_000;

type Peer = {
  readonly widget: editor.IContentWidget;
  readonly node: HTMLElement;
  position: { lineNumber: number; column: number };
  timer: number;
};

/**
 * Carets and selections of others in the shown cell, and one's own caret for them. Positions travel as Yjs relative
 * positions, so that they stay right while text moves.
 */
export class RemoteCursors implements Disposable {
  readonly #monaco: Monaco;
  readonly #editor: editor.IStandaloneCodeEditor;
  readonly #awareness: Awareness;
  readonly #selections: editor.IEditorDecorationsCollection;
  readonly #peers = new Map<number, Peer>();
  #cell: { readonly id: CellId; readonly text: Y.Text } | null = null;

  constructor(monaco: Monaco, target: editor.IStandaloneCodeEditor, awareness: Awareness) {
    this.#monaco = monaco;
    this.#editor = target;
    this.#awareness = awareness;
    this.#selections = target.createDecorationsCollection();
    awareness.on('change', this.#paint);
  }

  show(id: CellId, text: Y.Text): void {
    this.hide();
    this.#cell = { id, text };
    // Carets move with the text. The binding observes first, so the model has the change already.
    text.observe(this.#paint);
    this.#paint();
  }

  hide(): void {
    this.#cell?.text.unobserve(this.#paint);
    this.#cell = null;
    this.#paint();
  }

  /** Tells others where the caret is. Offsets in the cell's text. */
  share(id: CellId, text: Y.Text, { anchor, head }: { readonly anchor: number; readonly head: number }): void {
    const at = (offset: number) => Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, offset));
    this.#awareness.setLocalStateField('cursor', { cellId: id, anchor: at(anchor), head: at(head) });
  }

  [Symbol.dispose](): void {
    this.#awareness.off('change', this.#paint);
    this.hide();
  }

  readonly #paint = (): void => {
    const seen = new Set<number>();
    const selections: editor.IModelDeltaDecoration[] = [];
    const model = this.#editor.getModel();
    const doc = this.#cell?.text.doc ?? null;
    if (this.#cell !== null && model !== null && doc !== null) {
      for (const [client, state] of this.#awareness.getStates()) {
        if (client === this.#awareness.clientID) continue;
        const cursor = cursorOf(state);
        if (cursor === null || cursor.cellId !== this.#cell.id) continue;
        const anchor = absolute(cursor.anchor, this.#cell.text, doc);
        const head = absolute(cursor.head, this.#cell.text, doc);
        if (anchor === null || head === null) continue;
        seen.add(client);
        const peer = peerOf(client, state);
        const [from, to] = [Math.min(anchor, head), Math.max(anchor, head)].map((offset) =>
          model.getPositionAt(offset),
        );
        if (from !== undefined && to !== undefined && anchor !== head) {
          selections.push({
            range: new this.#monaco.Range(from.lineNumber, from.column, to.lineNumber, to.column),
            options: { className: `${styles.selection} ${styles[peer.color]}` },
          });
        }
        this.#place(client, peer.name, styles[peer.color] ?? '', model.getPositionAt(head));
      }
    }
    this.#selections.set(selections);
    for (const [client, peer] of this.#peers) if (!seen.has(client)) this.#remove(client, peer);
  };

  #place(client: number, name: string, color: string, position: { lineNumber: number; column: number }): void {
    const known = this.#peers.get(client);
    if (known !== undefined) {
      const moved = known.position.lineNumber !== position.lineNumber || known.position.column !== position.column;
      known.position = position;
      markFirstLine(known);
      this.#editor.layoutContentWidget(known.widget);
      if (moved) showLabel(known);
      return;
    }
    const node = document.createElement('div');
    node.className = `${styles.caret} ${color}`;
    node.setAttribute('aria-hidden', 'true');
    const label = document.createElement('span');
    label.className = styles.label ?? '';
    label.textContent = name;
    node.append(label);
    const exact = this.#monaco.editor.ContentWidgetPositionPreference.EXACT;
    const peer: Peer = {
      node,
      position,
      timer: 0,
      widget: {
        allowEditorOverflow: false,
        getId: () => `peer-${client}`,
        getDomNode: () => node,
        getPosition: () => ({ position: peer.position, preference: [exact] }),
      },
    };
    markFirstLine(peer);
    this.#peers.set(client, peer);
    this.#editor.addContentWidget(peer.widget);
    showLabel(peer);
  }

  #remove(client: number, peer: Peer): void {
    window.clearTimeout(peer.timer);
    this.#editor.removeContentWidget(peer.widget);
    this.#peers.delete(client);
  }
}

function markFirstLine({ node, position }: Peer): void {
  node.toggleAttribute('data-first', position.lineNumber === 1);
}

function showLabel(peer: Peer): void {
  window.clearTimeout(peer.timer);
  peer.node.dataset['moving'] = 'true';
  peer.timer = window.setTimeout(() => delete peer.node.dataset['moving'], labelTime);
}

/** An offset in the text, or null when the position belongs to other text. */
function absolute(position: unknown, text: Y.Text, doc: Y.Doc): number | null {
  try {
    const found = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), doc);
    return found !== null && found.type === text ? found.index : null;
  } catch {
    // Awareness is written by other browsers: a malformed position is no cursor.
    return null;
  }
}
