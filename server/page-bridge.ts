import { setTimeout as delay } from 'node:timers/promises';
import type { Principal } from '#lib/core/access/decide.ts';
import { isFault } from '#lib/core/fault.ts';
import type { WorkspaceId } from '#lib/core/ids.ts';
import type { RenderedHead } from '#lib/core/render/rendered-head.ts';
import { authorise } from './http/access.ts';
import type { Bridge, PageRequest } from './next-bridge.ts';
import { headOfFile, headOfRoom } from './notebook-head.ts';
import type { Services } from './service-set.ts';

/** A page does not wait longer for a notebook to be opened: the beginning of the file is read instead. ms */
const mostWaitMs = 60;

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
      return isFault(opened) || !('room' in opened) ? null : headOfRoom(opened.room, opened.host);
    },
  };
}
