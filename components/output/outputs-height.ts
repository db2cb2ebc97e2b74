import type { Output, WithheldOutput } from '#lib/core/notebook/output.ts';
import { placeholderOf } from '#lib/core/session/withhold.ts';
import { tallLines } from './long-box.tsx';

/** Of output.css and output.module.css, in CSS pixels. */
const textLine = 19.5;
const tableRow = 28.5;
const padding = 8;
const gap = 4;
const tallBox = 480;
const moreButton = 28;
/** Outputs of a cell that are mounted at first. */
const mounted = 50;

/**
 * A guess, in CSS pixels, at the height of a cell's outputs before they were ever on the screen. `width`: what they have
 * to themselves. Cheap: looks at sizes, renders nothing.
 */
export function outputsHeight(outputs: readonly Output[], width = 960): number {
  let height = 0;
  for (const output of outputs.slice(0, mounted)) {
    height += gap + padding + placeholderHeight(placeholderOf(output), width);
  }
  if (outputs.length > mounted) height += moreButton;
  return Math.max(0, height - gap);
}

/** Of one output, without its padding. */
export function placeholderHeight(placeholder: WithheldOutput, width = 960): number {
  const { kind, lines, width: wide, height: high, count } = placeholder;
  if (count > 1) return moreButton;
  switch (kind) {
    case 'image':
      if (wide === undefined || high === undefined) return high ?? 240;
      return high * Math.min(1, (width - 2 * padding) / wide);
    case 'table':
      return lines * tableRow;
    default:
      return lines > tallLines ? tallBox + moreButton : Math.max(1, lines) * textLine;
  }
}
