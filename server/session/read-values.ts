import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { jsonValueSchema, type JsonValue } from '#lib/core/json.ts';
import { withLost, type ValueMarker } from '#lib/core/notebook/marker.ts';
import type { DisplayOutput, LinkedImages, Output, StoredValue } from '#lib/core/notebook/output.ts';
import { isRasterMime, largeImages, type RasterMime } from '#lib/core/session/link-images.ts';
import { hasStoredValues, returnValues, type StoredDisplay } from '#lib/core/session/stored-values.ts';
import type { BlobHash, BlobStore } from '#server/storage/blob-store.ts';
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

type Loss = ValueMarker['why'];
type Link = LinkedImages[string];

/** What is to be had of a stored value: itself, an address of it, or why neither. */
export type Had = { readonly value: JsonValue } | { readonly link: Link } | { readonly lost: Loss } | Fault;

/** An output with those of its stored values that are to be had, and words for the others. */
export type Gathered = { readonly output: DisplayOutput; readonly lost: readonly ValueMarker[] };

/** The one answer to what an output with stored values is, for files and pages: `have` knows where each value is. */
export function gatherValues(output: StoredDisplay, have: (value: StoredValue, mime: string) => Had): Gathered {
  const values = new Map<string, JsonValue>();
  const linked: LinkedImages = { ...output.linked };
  const lost: ValueMarker[] = [];
  for (const [mime, value] of Object.entries(output.stored)) {
    const had = have(value, mime);
    if ('value' in had) values.set(mime, had.value);
    else if ('link' in had) linked[mime] = had.link;
    else lost.push({ kind: 'value', mime, bytes: value.bytes, why: isFault(had) ? lossOf(had) : had.lost });
  }
  const whole = returnValues(output, values);
  return { output: Object.keys(linked).length === 0 ? whole : { ...whole, linked }, lost };
}

/** What a fault at reading says of the value: any other than these two is of the moment, and the value may be there. */
function lossOf({ fault: code }: Fault): Loss {
  return code === 'blob.notFound' ? 'gone' : code === 'blob.damaged' ? 'damaged' : 'unreadable';
}

/** What was read for an answer, by the name of its blob. */
export type ReadValues = ReadonlyMap<BlobHash, Had>;

/** Reads values for answers, one a turn of the event loop. What several ask for at once is read once. */
export class ValueReader {
  readonly #blobs: Pick<BlobStore, 'read'>;
  readonly #reading = new Map<BlobHash, Promise<Had>>();

  constructor(blobs: Pick<BlobStore, 'read'>) {
    this.#blobs = blobs;
  }

  async read(values: Iterable<StoredValue>): Promise<ReadValues> {
    const read = new Map<BlobHash, Had>();
    for (const { hash } of values) if (!read.has(hash)) read.set(hash, await this.#one(hash));
    return read;
  }

  #one(hash: BlobHash): Promise<Had> {
    const present = this.#reading.get(hash);
    if (present !== undefined) return present;
    const reading = this.#blobs
      .read(hash)
      .then(decodeValue)
      .finally(() => this.#reading.delete(hash));
    this.#reading.set(hash, reading);
    return reading;
  }
}

export type TellParts = {
  readonly blobs: Pick<BlobStore, 'size'>;
  readonly values: ReadValues;
  /** Under which address a page asks for an image of this name. */
  readonly urlOf: (name: string) => string;
  /** Characters of values that this answer may still hold; what is told is taken off. */
  readonly room: { characters: number };
};

/**
 * The output with its stored values for a page: images by address, others in full, words before it on those that cannot
 * be had. Null when a value is not among those that were read. Images never are: what has the right size and is damaged
 * all the same, the answer under its address says.
 */
export function tellValues(stored: StoredDisplay, { blobs, values, urlOf, room }: TellParts): DisplayOutput | null {
  let isRead = true;
  const { output, lost } = gatherValues(stored, (value, mime) => {
    const { hash, bytes, characters, width, height } = value;
    if (isRasterMime(mime)) {
      const size = blobs.size(hash);
      if (size !== bytes) return { lost: size === null ? 'gone' : 'damaged' };
      return { link: { url: urlOf(nameOf(hash)), width, height } };
    }
    if (characters > room.characters) return { lost: 'large' };
    room.characters -= characters;
    const read = values.get(hash);
    isRead &&= read !== undefined;
    return read ?? { lost: 'unreadable' };
  });
  return isRead ? withLost(output, lost) : null;
}

/** Stored values that a page is told in full. */
export function toldValues(output: Output): StoredValue[] {
  if (!hasStoredValues(output)) return [];
  return Object.entries(output.stored).flatMap(([mime, value]) => (isRasterMime(mime) ? [] : [value]));
}

/** Their characters. */
export function toldCharacters(output: Output): number {
  return toldValues(output).reduce((sum, { characters }) => sum + characters, 0);
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
