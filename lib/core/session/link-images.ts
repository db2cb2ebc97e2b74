import type { LinkedImages, Output } from '#lib/core/notebook/output.ts';
import { readImageSize } from '#lib/core/render/image-size.ts';

/** Types that a browser decodes as pixels and nothing else. SVG is a document: it is never served by an address. */
export const rasterMimes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;
export type RasterMime = (typeof rasterMimes)[number];

/** Whether a browser decodes values of this type as pixels. */
export function isRasterMime(mime: string): mime is RasterMime {
  return rasterMimes.some((one) => one === mime);
}

/** Base64 characters: about 4 KB of image. Smaller ones are cheaper inline than as a request. */
const worthALink = 5_500;

/** The images of an output that are worth a link; each with its base64. */
export function largeImages(output: Output): readonly (readonly [RasterMime, string])[] {
  if (output.output_type !== 'display_data' && output.output_type !== 'execute_result') return [];
  return rasterMimes.flatMap((mime) => {
    const source = output.data[mime];
    return typeof source === 'string' && source.length > worthALink ? [[mime, source] as const] : [];
  });
}

/** The output with its large images taken out of `data` and named by address; the same output when it has none. */
export function linkImages(output: Output, urlOf: (mime: RasterMime, base64: string) => string): Output {
  const images = largeImages(output);
  if (images.length === 0 || (output.output_type !== 'display_data' && output.output_type !== 'execute_result')) {
    return output;
  }
  const linked: LinkedImages = { ...output.linked };
  const data = { ...output.data };
  for (const [mime, base64] of images) {
    const size = readImageSize(mime, base64);
    linked[mime] = { url: urlOf(mime, base64), width: size?.width ?? null, height: size?.height ?? null };
    delete data[mime];
  }
  return { ...output, data, linked };
}
