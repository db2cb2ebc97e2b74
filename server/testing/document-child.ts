import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import * as Y from 'yjs';
import { fault, isFault } from '#lib/core/fault.ts';
import { cellText, readDoc } from '#lib/core/notebook/notebook-doc.ts';
import { DocumentRoom } from '#server/document/room.ts';
import { Rooms } from '#server/document/rooms.ts';
import { SessionHost } from '#server/session/session-host.ts';
import { quietLedger } from './session-bench.ts';
import { BlobStore } from '#server/storage/blob-store.ts';
import { Workspace } from '#server/storage/workspace.ts';

/**
 * The document part of a server in a process to be killed: `document-child.ts <folder>`. Opens `work/a.ipynb`,
 * tells which edits it found there (`found 0,1,2`), then types `# <n>` lines into its cells and saves, over and over, and
 * tells `ack <n>` when an edit is durable.
 */
const [folder = ''] = process.argv.slice(2);
mkdirSync(join(folder, 'state'), { recursive: true });
const blobs = new BlobStore(join(folder, 'state', 'blobs'));
const none = fault('gateway.notFound', 'There is no gateway here.');
const rooms = new Rooms({
  workspace: new Workspace(join(folder, 'work'), join(folder, 'state', 'trash')),
  stateFolder: join(folder, 'state'),
  createResults: (source, place) =>
    SessionHost.open({
      notebookId: source.notebookId,
      folder: place,
      source,
      gateways: { port: () => none, get: () => undefined },
      ledger: quietLedger,
      blobs,
    }),
});
await rooms.run();
const room = await rooms.open('a.ipynb');
if (!(room instanceof DocumentRoom)) throw new Error(JSON.stringify(room));
const numbers = readDoc(room.doc).cells.flatMap(({ source }) =>
  [...source.matchAll(/^# (\d+)$/gm)].map(([, one]) => Number(one)),
);
tell(`found ${numbers.join(',')}`);

const page = new Y.Doc();
Y.applyUpdate(page, room.diffFor());
const ids = room.cellIds();
let saving = false;
for (let edit = Math.max(-1, ...numbers) + 1; ; edit += 1) {
  const before = Y.encodeStateVector(page);
  const text = cellText(page, ids[edit % ids.length] as (typeof ids)[number]);
  text?.insert(text.length, `\n# ${edit}`);
  const refused = await room.applyUpdate(Y.encodeStateAsUpdate(page, before), 'page');
  if (isFault(refused)) throw new Error(refused.message);
  tell(`ack ${edit}`);
  if (saving) continue;
  saving = true;
  void room.save().then((failed) => {
    saving = false;
    if (failed !== null) throw new Error(failed.message);
    tell('saved');
  });
}

function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}
