import type { RunId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import { largeImages, linkImages } from '#lib/core/session/link-images.ts';
import { shortenStream } from '#lib/core/session/stream-output.ts';
import { weighOutput } from '#lib/core/session/withhold.ts';
import { imageHash, type StoredImage } from '#server/session/shown-outputs.ts';

/** Characters of one answer, as of one answer about the cells of a notebook. */
const mostRead = 4 * 1024 * 1024;

/** Outputs of a run on their way to a browser: images by address, and no more than an answer may hold. */
export function pastOutputs(id: RunId, outputs: readonly Output[]): { outputs: Output[]; outputsHeld: number } {
  const shown: Output[] = [];
  let characters = 0;
  for (const output of outputs) {
    const linked = linkImages(
      output.output_type === 'stream' && output.stored !== undefined ? shortenStream(output) : output,
      (mime, base64) => `/api/v1/history/${encodeURIComponent(id)}/images/${imageHash(mime, base64)}`,
    );
    characters += weighOutput(linked);
    if (characters > mostRead) break;
    shown.push(linked);
  }
  return { outputs: shown, outputsHeld: outputs.length - shown.length };
}

/** The image that an address names; null when none of the outputs has it. */
export function pastImage(outputs: readonly Output[], hash: string): StoredImage | null {
  for (const output of outputs) {
    for (const [mime, base64] of largeImages(output)) {
      if (imageHash(mime, base64) === hash) return { mime, hash, bytes: Buffer.from(base64, 'base64') };
    }
  }
  return null;
}
