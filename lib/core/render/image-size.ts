import { isJsonObject, type JsonObject, type JsonValue } from '#lib/core/json.ts';

/** Pixels; both between 1 and `mostPixels`. */
export type ImageSize = { readonly width: number; readonly height: number };

/** Larger numbers are nonsense, or an attack on the layout. */
const mostPixels = 20_000;
/** Bytes that are looked at: JPEG puts previews and profiles before its size. */
const headBytes = 96 * 1024;

/** The size that the header of a base64 image says; null when it says none that can be believed. Reads no pixels. */
export function readImageSize(mime: string, base64: string): ImageSize | null {
  const read = readers[mime];
  if (read === undefined) return null;
  const bytes = mime === 'image/jpeg' ? decodeHead(base64, headBytes) : decodeHead(base64, 32);
  const size = bytes === null ? null : read(bytes);
  return size === null || !isBelievable(size.width) || !isBelievable(size.height) ? null : size;
}

/** The size that the metadata of a bundle asks for, in CSS pixels. */
export function imageBox(mime: string, metadata: JsonObject): Partial<ImageSize> {
  const own = metadata[mime];
  const source = isJsonObject(own) ? { ...metadata, ...own } : metadata;
  const pixels = (value: JsonValue | undefined): number | undefined => {
    const number = typeof value === 'string' ? Number(value) : value;
    return typeof number === 'number' && number > 0 && number <= mostPixels ? number : undefined;
  };
  const width = pixels(source['width']);
  const height = pixels(source['height']);
  return { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
}

/** The box that is asked for, completed by the shape of the image. */
export function fitImage(box: Partial<ImageSize>, natural: ImageSize | null): Partial<ImageSize> {
  if (natural === null) return box;
  if (box.width === undefined && box.height === undefined) return natural;
  const ratio = natural.height / natural.width;
  const width = box.width ?? (box.height ?? 0) / ratio;
  return { width: Math.round(width), height: Math.round(box.height ?? width * ratio) };
}

function isBelievable(pixels: number): boolean {
  return pixels >= 1 && pixels <= mostPixels;
}

/** The first bytes; null where the text is no base64. Line breaks may stand anywhere in it. */
function decodeHead(base64: string, bytes: number): DataView | null {
  const wanted = Math.ceil(bytes / 3) * 4;
  const head = base64.slice(0, wanted * 1.1 + 64).replace(/\s+/g, '');
  const whole = head.slice(0, Math.min(wanted, head.length - (head.length % 4)));
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(whole)) return null;
  return new DataView(Uint8Array.from(atob(whole), (char) => char.charCodeAt(0)).buffer);
}

const readers: Readonly<Record<string, (bytes: DataView) => ImageSize | null>> = {
  'image/png': (bytes) =>
    bytes.byteLength >= 24 && bytes.getUint32(0) === 0x89504e47
      ? { width: bytes.getUint32(16), height: bytes.getUint32(20) }
      : null,
  'image/gif': (bytes) =>
    bytes.byteLength >= 10 && bytes.getUint32(0) === 0x47494638
      ? { width: bytes.getUint16(6, true), height: bytes.getUint16(8, true) }
      : null,
  'image/webp': readWebp,
  'image/jpeg': readJpeg,
};

function readWebp(bytes: DataView): ImageSize | null {
  if (bytes.byteLength < 30 || bytes.getUint32(0) !== 0x52494646 || bytes.getUint32(8) !== 0x57454250) return null;
  const at24 = (at: number): number => bytes.getUint16(at, true) + bytes.getUint8(at + 2) * 65_536;
  switch (bytes.getUint32(12)) {
    // VP8X, VP8L, VP8: each says it in its own way.
    case 0x56503858:
      return { width: at24(24) + 1, height: at24(27) + 1 };
    case 0x5650384c: {
      const packed = bytes.getUint32(21, true);
      return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
    }
    case 0x56503820:
      return { width: bytes.getUint16(26, true) & 0x3fff, height: bytes.getUint16(28, true) & 0x3fff };
    default:
      return null;
  }
}

/** Walks the segments up to the one that starts a frame. */
function readJpeg(bytes: DataView): ImageSize | null {
  if (bytes.byteLength < 4 || bytes.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= bytes.byteLength;) {
    if (bytes.getUint8(at) !== 0xff) return null;
    const marker = bytes.getUint8(at + 1);
    const startsFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (startsFrame) return { width: bytes.getUint16(at + 7), height: bytes.getUint16(at + 5) };
    // 0xff may repeat before a marker.
    at += marker === 0xff ? 1 : 2 + Math.max(2, bytes.getUint16(at + 2));
  }
  return null;
}
