import { describe, expect, it } from 'vitest';
import { imageBox, readImageSize } from './image-size.ts';

const base64 = (...bytes: (number | string | number[])[]): string =>
  Buffer.concat(
    bytes.map((part) => Buffer.from(typeof part === 'number' ? [part] : (part as string & number[]))),
  ).toString('base64');
const png = (width: number, height: number): string => {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return base64([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13], 'IHDR', [...size], [8, 6, 0, 0, 0, 1, 2, 3]);
};
const jpeg = (before: number[]): string =>
  base64([0xff, 0xd8, ...before, 0xff, 0xc2, 0, 17, 8, 0, 50, 0, 80, 3, 1, 1, 1, 1, 1, 1, 1, 1]);

describe('readImageSize', () => {
  it.each<[string, string, string, { width: number; height: number } | null]>([
    ['png', 'image/png', png(640, 480), { width: 640, height: 480 }],
    ['png with line breaks', 'image/png', png(640, 480).replace(/.{8}/g, '$&\n'), { width: 640, height: 480 }],
    ['gif', 'image/gif', base64('GIF89a', [44, 1, 200, 0], 'xxxxxx'), { width: 300, height: 200 }],
    ['jpeg', 'image/jpeg', jpeg([]), { width: 80, height: 50 }],
    ['jpeg after a segment', 'image/jpeg', jpeg([0xff, 0xe0, 0, 4, 1, 2]), { width: 80, height: 50 }],
    [
      'webp, lossy',
      'image/webp',
      base64('RIFFxxxxWEBPVP8 ', [0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 10, 0, 20, 0]),
      { width: 10, height: 20 },
    ],
    [
      'webp, extended',
      'image/webp',
      base64('RIFFxxxxWEBPVP8X', [0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 19, 0, 0]),
      { width: 10, height: 20 },
    ],
    ['no pixels', 'image/png', png(0, 480), null],
    ['too many pixels', 'image/png', png(4_000_000_000, 1), null],
    ['another type than it says', 'image/gif', png(1, 1), null],
    ['no base64', 'image/png', '<svg onload=alert(1)>'.repeat(9), null],
    ['cut short', 'image/png', 'iVBO', null],
    ['nothing', 'image/jpeg', '', null],
    ['a type without a header to read', 'image/svg+xml', png(1, 1), null],
  ])('%s', (_, mime, source, size) => {
    expect(readImageSize(mime, source)).toEqual(size);
  });
});

describe('imageBox', () => {
  it.each([
    [
      { width: 20, height: 10 },
      { width: 20, height: 10 },
    ],
    [{ 'image/png': { width: 20 }, width: 99 }, { width: 20 }],
    [{ width: '20' }, { width: 20 }],
    [{ width: 1e9, height: -1 }, {}],
    [{ width: Number.NaN, height: 'tall' }, {}],
  ])('%j', (metadata, box) => {
    expect(imageBox('image/png', metadata)).toEqual(box);
  });
});
