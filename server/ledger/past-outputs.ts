import type { RunId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { linkImages } from '#lib/core/session/link-images.ts';
import { hasStoredValues } from '#lib/core/session/stored-values.ts';
import { shortenStream } from '#lib/core/session/stream-output.ts';
import { weighOutput } from '#lib/core/session/withhold.ts';
import { imageName, tellValues, toldCharacters, toldValues, ValueReader } from '#server/session/read-values.ts';
import type { BlobStore } from '#server/storage/blob-store.ts';

/** Characters of one answer, as of one answer about the cells of a notebook. */
const mostRead = 4 * 1024 * 1024;

/** Outputs of a run on their way to a browser: images by address, and no more than an answer may hold. */
export async function pastOutputs(
  id: RunId,
  outputs: readonly Output[],
  blobs: Pick<BlobStore, 'read' | 'size'>,
): Promise<{ outputs: Output[]; outputsHeld: number }> {
  const shown: Output[] = [];
  const urlOf = (name: string): string => `/api/v1/history/${encodeURIComponent(id)}/images/${name}`;
  const reader = new ValueReader(blobs);
  const room = { characters: mostRead };
  let characters = 0;
  for (const output of outputs) {
    if (characters + toldCharacters(output) > mostRead) break;
    const values = await reader.read(toldValues(output));
    const told = hasStoredValues(output) ? tellValues(output, { blobs, values, urlOf, room }) : shorten(output);
    if (told === null) break;
    const linked = linkImages(told, (_mime, base64) => urlOf(imageName(base64)));
    characters += weighOutput(linked);
    if (characters > mostRead) break;
    shown.push(linked);
  }
  return { outputs: shown, outputsHeld: outputs.length - shown.length };
}

function shorten(output: Output): Output {
  return output.output_type === 'stream' && output.stored !== undefined ? shortenStream(output) : output;
}
