/** A colour of sRGB: three channels from 0 to 255. */
export type Rgb = readonly [number, number, number];

/**
 * Bounds of the relative luminance (WCAG) of an ink that has a contrast of at least 4.5 on every ground that text of
 * outputs stands on: surfaces 0 to 2 and the soft red and amber of errors and stderr (output-colors.test.ts).
 */
export const darkestLightGround = 0.86;
export const lightestDarkGround = 0.028;
const inkOnLight = (darkestLightGround + 0.05) / 4.5 - 0.05;
const inkOnDark = (lightestDarkGround + 0.05) * 4.5 - 0.05;

/** The colour itself where it reads, else the nearest of its hue that does: darkened on light, lightened on dark. */
export function readableInk(color: Rgb, theme: 'light' | 'dark'): Rgb {
  const luminance = luminanceOf(color);
  if (theme === 'light') {
    if (luminance <= inkOnLight) return color;
    return mapLinear(color, (channel) => channel * (inkOnLight / luminance), Math.floor);
  }
  if (luminance >= inkOnDark) return color;
  const white = (inkOnDark - luminance) / (1 - luminance);
  return mapLinear(color, (channel) => channel + (1 - channel) * white, Math.ceil);
}

/** Relative luminance of WCAG 2: 0 is black, 1 is white. */
export function luminanceOf([red, green, blue]: Rgb): number {
  return 0.2126 * toLinear(red) + 0.7152 * toLinear(green) + 0.0722 * toLinear(blue);
}

function mapLinear(color: Rgb, change: (channel: number) => number, round: (value: number) => number): Rgb {
  const [red, green, blue] = color.map((channel) => round(fromLinear(change(toLinear(channel))))) as [
    number,
    number,
    number,
  ];
  return [red, green, blue];
}

function toLinear(channel: number): number {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function fromLinear(value: number): number {
  const channel = value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
  return Math.min(255, Math.max(0, channel * 255));
}
