import { cellId, type CellId } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { SourcePort } from '#server/document/results-port.ts';

/** Sources in memory, for tests that need no document. */
export class MemorySource implements SourcePort {
  readonly path = 'folder/test.ipynb';
  metadata: JsonObject = {};
  readonly #cells = new Map<CellId, { type: string; source: string }>();

  set(id: string, source: string, type = 'code'): CellId {
    this.#cells.set(cellId(id), { type, source });
    return cellId(id);
  }

  id(id: string): CellId {
    return cellId(id);
  }

  delete(id: string): void {
    this.#cells.delete(cellId(id));
  }

  async whenHas(): Promise<boolean> {
    return true;
  }

  source(id: CellId): string | undefined {
    return this.#cells.get(id)?.source;
  }

  cellType(id: CellId): string | undefined {
    return this.#cells.get(id)?.type;
  }

  notebookMetadata(): JsonObject {
    return this.metadata;
  }

  cellIds(): readonly CellId[] {
    return [...this.#cells.keys()];
  }
}
