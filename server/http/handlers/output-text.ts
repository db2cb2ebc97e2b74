import { type Fault, fault, isFault } from '#lib/core/fault.ts';
import type { CellId, NotebookId } from '#lib/core/ids.ts';
import type { Services } from '#server/service-set.ts';
import { WholeText } from '#server/session/whole-text.ts';
import type { BlobStore } from '#server/storage/blob-store.ts';
import type { ByteRange } from '../byte-range.ts';
import type { Handlers } from '../router.ts';

type Place = { readonly notebookId: NotebookId; readonly cellId: CellId; readonly output: number };
type OutputTextHandlers = Pick<Handlers, 'readOutputText' | 'searchOutputText' | 'downloadOutputText'>;

export function outputTextHandlers({ hosts }: Pick<Services, 'hosts'>, blobs: BlobStore): OutputTextHandlers {
  const textAt = ({ notebookId, cellId, output }: Place): WholeText | Fault => {
    const found = hosts.get(notebookId)?.results(cellId)?.outputs[output];
    return found?.output_type === 'stream'
      ? new WholeText(found, blobs)
      : fault('output.notFound', 'The cell does not show this text any more.', 'Close this view and look at the cell.');
  };
  return {
    readOutputText: async ({ query }) => {
      const text = textAt(query);
      if (isFault(text)) return text;
      const { from, count } = query;
      const { lines, characters, bytes } = text;
      const read = query.unit === 'lines' ? await text.readLines(from, count) : await text.readCharacters(from, count);
      if (isFault(read)) return read;
      const parts = typeof read === 'string' ? [{ at: from, text: read, characters: read.length }] : read;
      return { lines, characters, bytes, from, parts };
    },
    searchOutputText: async ({ query, response }) => {
      const text = textAt(query);
      if (isFault(text)) return text;
      const abort = new AbortController();
      response.once('close', () => abort.abort());
      return text.search(query.words, { limit: query.limit, signal: abort.signal });
    },
    downloadOutputText: async ({ query }) => {
      const text = textAt(query);
      if (isFault(text)) return text;
      return {
        name: `output-${query.output + 1}.txt`,
        size: text.bytes,
        // A text that grows keeps what it had: a part of it is a part of what it becomes.
        version: `${query.cellId}-${text.bytes.toString(36)}`,
        read: ({ from, to }: ByteRange) => text.readBytes(from, to),
        close: async () => undefined,
      };
    },
  };
}
