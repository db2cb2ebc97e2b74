const whole =
  'The last cells come before the document, but after the server has read and scanned the whole file, and in a frame of their own.';
const screen =
  'The page renders the tab, the header and the first cells in one frame of its own; most of it is React, not the server.';

/** Why a target is missed, where it is known, by row: printed beside the row while it is not met. */
export const reasons: Readonly<Record<string, string>> = {
  'run.painted':
    'Two or three frames: the selection moves to the next cell in the first, and what comes from the kernel meanwhile waits for the next one.',
  'load.cold.bytes':
    "563 KB of it are the editor's core, which brings parts that a notebook does not use (differences, quick input, trees).",
  'open.10.first': screen,
  'open.10.again': screen,
  'open.1000.first': screen,
  'open.1000.jump': whole,
  'open.5000.jump': whole,
};
