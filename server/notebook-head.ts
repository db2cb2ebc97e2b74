import { isFault } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import { isHidden } from '#lib/core/notebook/hidden-parts.ts';
import type { NotebookCell } from '#lib/core/notebook/model.ts';
import { readCell, readCellMetadata } from '#lib/core/notebook/notebook-doc.ts';
import {
  type HeadSource,
  type RenderedHead,
  type RenderedTail,
  renderHead,
  renderTail,
} from '#lib/core/render/rendered-head.ts';
import '#lib/core/render/katex-typesetter.ts';
import { workspaceUrl } from '#lib/protocol/http/workspace-url.ts';
import type { DocumentRoom } from './document/room.ts';
import type { Rooms } from './document/rooms.ts';
import type { OpenNotebook, Services } from './service-set.ts';

const mostCells = 24;
/** A notebook of fewer cells is open as soon as its end could be shown. */
const fewCells = 200;

/**
 * The first cells of a notebook for the moment before it is open in a browser; opens nothing. Null when there is nothing
 * to show of it.
 */
export async function findHead(
  { rooms, hosts }: Pick<Services, 'rooms' | 'hosts'>,
  path: string,
): Promise<RenderedHead | null> {
  const room = rooms.byPath(path);
  const host = room === undefined ? undefined : hosts.get(room.notebookId);
  return room === undefined || host === undefined ? headOfFile(rooms, path) : headOfRoom(room, host);
}

/** From the room, and the results that its kernel wrote. */
export function headOfRoom(room: DocumentRoom, host: OpenNotebook['host']): RenderedHead | null {
  const ids = room.cellIds().slice(0, mostCells);
  return ids.length === 0
    ? null
    : renderHead(cellsOfRoom(room, host, ids), room.cellIds().length, (address) => workspaceUrl(room.path, address));
}

/**
 * The last cells of a large notebook, which is opened: from its room, or else from its file as the opening has read it.
 * Null where cells are hidden, so that the last ones may not be the last to be seen.
 */
export async function findTail(
  { rooms, hosts }: Pick<Services, 'rooms' | 'hosts'>,
  path: string,
): Promise<RenderedTail | null> {
  const found = await rooms.read(path);
  if (found === null) return null;
  if (!('doc' in found)) {
    const { cells } = found;
    if (cells.length < fewCells || cells.some(({ metadata }) => isHidden(metadata, 'section'))) return null;
    const sources = cells.slice(-mostCells).map(sourceOf).toReversed();
    return shown(renderTail(sources, cells.length, (address) => workspaceUrl(path, address)));
  }
  const host = hosts.get(found.notebookId);
  const ids = found.cellIds();
  if (host === undefined || ids.length < fewCells) return null;
  if (ids.some((id) => isHidden(readCellMetadata(found.doc, id), 'section'))) return null;
  const cells = cellsOfRoom(found, host, ids.slice(-mostCells).toReversed());
  return shown(renderTail(cells, ids.length, (address) => workspaceUrl(found.path, address)));
}

const shown = (tail: RenderedTail): RenderedTail | null => (tail.cells.length === 0 ? null : tail);

function* cellsOfRoom(room: DocumentRoom, host: OpenNotebook['host'], ids: readonly CellId[]): Generator<HeadSource> {
  const results = host.state().cells;
  for (const id of ids) {
    const content = readCell(room.doc, id);
    if (content === undefined) continue;
    const known = results.get(id);
    yield {
      content,
      outputs: known?.outputs ?? [],
      executionCount: known?.executionCount ?? null,
      run: known?.run ?? null,
    };
  }
}

/** A cell as it is in a file. */
const sourceOf = (content: NotebookCell): HeadSource => ({
  content,
  outputs: content.outputs,
  executionCount: content.executionCount,
  run: null,
});

/** From the beginning of the file: a large notebook is still being opened, or nobody has it open. */
export async function headOfFile(rooms: Pick<Rooms, 'head'>, path: string): Promise<RenderedHead | null> {
  const found = await rooms.head(path, mostCells);
  if (found === null || isFault(found) || found.head.cells.length === 0) return null;
  const { cells, complete } = found.head;
  return renderHead(cells.map(sourceOf), complete ? cells.length : null, (address) => workspaceUrl(path, address));
}
