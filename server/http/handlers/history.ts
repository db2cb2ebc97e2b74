import { fault, isFault } from '#lib/core/fault.ts';
import type { Services } from '#server/service-set.ts';
import { pastOutputs } from '#server/ledger/past-outputs.ts';
import { findImage } from '#server/session/read-values.ts';
import { WholeText } from '#server/session/whole-text.ts';
import type { BlobStore } from '#server/storage/blob-store.ts';
import type { ByteRange } from '../byte-range.ts';
import type { Handlers } from '../router.ts';

type HistoryHandlers = Pick<Handlers, 'listHistory' | 'readRun' | 'readRunImage' | 'downloadRunText' | 'eraseHistory'>;

export function historyHandlers({ history, rooms }: Services, blobs: BlobStore): HistoryHandlers {
  return {
    listHistory: async ({ query: { path, ...filter } }) => {
      const notebookId = await rooms.notebookIdOf(path);
      if (isFault(notebookId)) return notebookId;
      // Nobody has opened it yet, so nothing was run in it.
      return notebookId === null ? { runs: [], next: null, authors: [] } : history.list({ notebookId, ...filter });
    },
    readRun: async ({ params }) => {
      const found = await history.find(params.id);
      if (isFault(found)) return found;
      const { run, source, outputs } = found;
      return { run, source, ...(await pastOutputs(run.id, outputs, blobs)) };
    },
    readRunImage: async ({ params }) => {
      const found = await history.find(params.id);
      if (isFault(found)) return found;
      const image = await findImage(found.outputs, params.hash, blobs);
      return image ?? fault('output.notFound', 'This run did not show this image.');
    },
    downloadRunText: async ({ params }) => {
      const found = await history.find(params.id);
      if (isFault(found)) return found;
      const output = found.outputs[params.output];
      if (output?.output_type !== 'stream') return fault('output.notFound', 'This run did not write this text.');
      const text = new WholeText(output, blobs);
      return {
        name: `run-output-${params.output + 1}.txt`,
        size: text.bytes,
        version: `${params.id}-${text.bytes.toString(36)}`,
        read: ({ from, to }: ByteRange) => text.readBytes(from, to),
        close: async () => undefined,
      };
    },
    eraseHistory: async ({ query }) => {
      const notebookId = await rooms.notebookIdOf(query.path);
      if (isFault(notebookId)) return notebookId;
      return { runs: notebookId === null ? 0 : await history.erase(notebookId) };
    },
  };
}
