const whole =
  'The last cells come before the document, but after the server has read and scanned the whole file, and in a frame of their own.';
const screen =
  'The page renders the tab, the header and the first cells in one frame of its own; most of it is React, not the server.';
const keys =
  "The floor's median depends on where in a frame the keys fall (3.9 to 7.9 ms from run to run); what the editor itself adds was not taken apart.";

/** Why a target is missed, where it is known, by row: printed beside the row while it is not met. */
export const reasons: Readonly<Record<string, string>> = {
  'run.painted':
    'Two frames: the selection moves to the next cell in the first one, and the answer, which comes while that is made, is painted by the next.',
  'run.added': 'The median alone: 1.5 ms on a run with a floor of 5.6 ms, more when the whole machine is slower.',
  'keys.first': keys,
  'keys.middle': keys,
  'keys.last': keys,
  'load.cold.bytes':
    "563 KB of it are the editor's core, which brings parts that a notebook does not use (differences, quick input, trees).",
  'load.warm.typing':
    "The click falls into the page's own start: one or two tasks of 100 to 330 ms in which React takes the page up.",
  'open.10.first': screen,
  'open.10.again': screen,
  'open.10.jump': 'So small a notebook gets no cells before its document; not taken apart further.',
  'open.1000.first': screen,
  'open.1000.again': 'Not explained: 5,000 cells are quicker in the same run.',
  'open.1000.jump': whole,
  'open.5000.jump': whole,
  'lines.last': 'One round swings by some frames either way: 1.19 × as the median of five rounds of this group alone.',
  'longline.first': 'As above: 270 ms (the socket 181 ms) as the median of five rounds of this group alone.',
  'edit.insert': 'One round: 17 ms in another run.',
  'all.time': 'Some 6 ms a cell above the floor, which runs without a page on the same two cores; not taken apart.',
  'memory.notebook': '1.4 MB in another run; not taken apart.',
};
