import { setTimeout as delay } from 'node:timers/promises';
import type { Principal } from '#lib/core/access/decide.ts';
import { isFault } from '#lib/core/fault.ts';
import type { WorkspaceId } from '#lib/core/ids.ts';
import { readCell } from '#lib/core/notebook/notebook-doc.ts';
import { type HeadSource, type RenderedHead, renderHead } from '#lib/core/render/rendered-head.ts';
import '#lib/core/render/katex-typesetter.ts';
import { workspaceUrl } from '#lib/protocol/http/workspace-url.ts';
import { authorise } from './http/access.ts';
import type { Bridge, PageRequest } from './next-bridge.ts';
import type { OpenNotebook, Services } from './service-set.ts';

/** A page does not wait longer for a notebook to be opened: the beginning of the file is read instead. ms */
const mostWaitMs = 60;
const mostCells = 24;

type BridgeParts = {
  readonly services: Pick<Services, 'openDocument' | 'rooms'>;
  readonly workspaceId: WorkspaceId;
  readonly principalOf: (cookieHeader: string | undefined) => Promise<Principal>;
  readonly waitMs?: number;
};

/** What the pages may ask of the server. Every question passes the same rights as a socket message would. */
export function pageBridge({ services, workspaceId, principalOf, waitMs = mostWaitMs }: BridgeParts): Bridge {
  return {
    notebookHead: async (path: string, { cookie }: PageRequest): Promise<RenderedHead | null> => {
      const principal = await principalOf(cookie ?? undefined);
      if (authorise(principal, 'notebook.read', { kind: 'workspace', workspaceId }) !== null) return null;
      // Goes on when nobody waits for it any more: the page's own script asks for the document in a moment.
      const opening = services.openDocument(path).catch((error: unknown) => {
        console.error('a notebook could not be opened for its page:', error);
        return null;
      });
      const opened = await Promise.race([opening, delay(waitMs, null, { ref: false })]);
      if (opened === null) return headOfFile(services.rooms, path);
      return isFault(opened) || !('room' in opened) ? null : headOf(opened);
    },
  };
}

/** From the beginning of the file, while a large notebook is still being opened. */
async function headOfFile(rooms: BridgeParts['services']['rooms'], path: string): Promise<RenderedHead | null> {
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

function headOf({ room, host }: OpenNotebook): RenderedHead | null {
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
