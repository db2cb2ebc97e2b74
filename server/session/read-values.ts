import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { jsonValueSchema, type JsonValue } from '#lib/core/json.ts';
import { markerOutput, type Marker } from '#lib/core/notebook/marker.ts';
import type { DisplayOutput, LinkedImages, Output, StoredValue } from '#lib/core/notebook/output.ts';
import { isRasterMime, largeImages, type RasterMime } from '#lib/core/session/link-images.ts';
import { hasStoredValues, returnValues, type StoredDisplay } from '#lib/core/session/stored-values.ts';
import type { BlobStore } from '#server/storage/blob-store.ts';
import { contentHash } from '#server/storage/content-hash.ts';

/** Values of outputs that lie in the blob store, on their way to a file or a page. A blob is a value as JSON. */
export type StoredImage = { readonly mime: RasterMime; readonly hash: string; readonly bytes: Buffer };

/** The bytes of a value's blob. */
export function encodeValue(value: JsonValue): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** The value, checked, holding everything else up. */
export function readValueNow(
  { hash }: StoredValue,
  blobs: Pick<BlobStore, 'readNow'>,
): { readonly value: JsonValue } | Fault {
  return decodeValue(blobs.readNow(hash));
}

type Loss = Extract<Marker, { kind: 'value' }>['why'];

/** Words in the place of an output with a value that cannot be had. */
export function lostValue(mime: string, { bytes }: StoredValue, why: Fault | Loss): DisplayOutput {
  return markerOutput({ kind: 'value', mime, bytes, why: typeof why === 'string' ? why : lossOf(why) });
}

/** What a fault at reading says of the value: any other than these two is of the moment, and the value may be there. */
export function lossOf({ fault: code }: Fault): Loss {
  return code === 'blob.notFound' ? 'gone' : code === 'blob.damaged' ? 'damaged' : 'unreadable';
}

export type TellParts = {
  readonly blobs: Pick<BlobStore, 'readNow' | 'size'>;
  /** Under which address a page asks for an image of this name. */
  readonly urlOf: (name: string) => string;
  /** Characters of values that this answer may still hold; what is read is taken off. */
  readonly room: { characters: number };
};

/**
 * The output with its stored values for a page: images by address, others in full, words where one cannot be had. Images
 * are not read: what has the right size and is damaged all the same, the answer under its address says.
 */
export function tellValues(output: StoredDisplay, { blobs, urlOf, room }: TellParts): DisplayOutput {
  const values = new Map<string, JsonValue>();
  const linked: LinkedImages = { ...output.linked };
  for (const [mime, value] of Object.entries(output.stored)) {
    const { hash, bytes, characters, width, height } = value;
    if (isRasterMime(mime)) {
      const size = blobs.size(hash);
      if (size !== bytes) return lostValue(mime, value, size === null ? 'gone' : 'damaged');
      linked[mime] = { url: urlOf(nameOf(hash)), width, height };
      continue;
    }
    if (characters > room.characters) return lostValue(mime, value, 'large');
    room.characters -= characters;
    const read = readValueNow(value, blobs);
    if (isFault(read)) return lostValue(mime, value, read);
    values.set(mime, read.value);
  }
  const told = returnValues(output, values);
  return Object.keys(linked).length === 0 ? told : { ...told, linked };
}

/** Characters of stored values that a page is told in full. */
export function toldCharacters(output: Output): number {
  if (!hasStoredValues(output)) return 0;
  const told = Object.entries(output.stored).filter(([mime]) => !isRasterMime(mime));
  return told.reduce((sum, [, { characters }]) => sum + characters, 0);
}

/** Under which name an image is asked for: the beginning of its blob's, whether it lies there or not. */
export function imageName(base64: string): string {
  return nameOf(contentHash(JSON.stringify(base64)));
}

/** The image of this name that one of the outputs shows; null when none does. */
export async function findImage(
  outputs: readonly Output[],
  hash: string,
  blobs: Pick<BlobStore, 'read'>,
  nameIn: (output: Output, mime: RasterMime, base64: string) => string = (_output, _mime, base64) => imageName(base64),
): Promise<StoredImage | Fault | null> {
  for (const output of outputs) {
    for (const [mime, base64] of largeImages(output)) {
      if (nameIn(output, mime, base64) === hash) return { mime, hash, bytes: Buffer.from(base64, 'base64') };
    }
    for (const [mime, value] of Object.entries(hasStoredValues(output) ? output.stored : {})) {
      if (!isRasterMime(mime) || nameOf(value.hash) !== hash) continue;
      const read = decodeValue(await blobs.read(value.hash));
      if (isFault(read)) return read;
      return { mime, hash, bytes: Buffer.from(typeof read.value === 'string' ? read.value : '', 'base64') };
    }
  }
  return null;
}

function nameOf(hash: string): string {
  return hash.slice(0, 32);
}

function decodeValue(bytes: Buffer | Fault): { readonly value: JsonValue } | Fault {
  if (isFault(bytes)) return bytes;
  try {
    return { value: jsonValueSchema.parse(JSON.parse(bytes.toString())) };
  } catch {
    // The bytes are those of this name, and no value was ever put under it: a file was changed by hand.
    return fault('blob.damaged', 'This part of the output is no value.', 'Run the cell again.');
  }
}
