import { isFault } from '#lib/core/fault.ts';
import { readCell } from '#lib/core/notebook/notebook-doc.ts';
import { type HeadSource, type RenderedHead, renderHead } from '#lib/core/render/rendered-head.ts';
import '#lib/core/render/katex-typesetter.ts';
import { workspaceUrl } from '#lib/protocol/http/workspace-url.ts';
import type { DocumentRoom } from './document/room.ts';
import type { Rooms } from './document/rooms.ts';
import type { OpenNotebook, Services } from './service-set.ts';

const mostCells = 24;

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
  const results = host.state().cells;
  function* cells(): Generator<HeadSource> {
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
  return ids.length === 0
    ? null
    : renderHead(cells(), room.cellIds().length, (address) => workspaceUrl(room.path, address));
}

/** From the beginning of the file: a large notebook is still being opened, or nobody has it open. */
export async function headOfFile(rooms: Pick<Rooms, 'head'>, path: string): Promise<RenderedHead | null> {
  const found = await rooms.head(path, mostCells);
  if (found === null || isFault(found) || found.head.cells.length === 0) return null;
  const { cells, complete } = found.head;
  const sources = cells.map((content) => ({
    content,
    outputs: content.outputs,
    executionCount: content.executionCount,
    run: null,
  }));
  return renderHead(sources, complete ? cells.length : null, (address) => workspaceUrl(path, address));
}
