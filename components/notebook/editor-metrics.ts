/** Of the live editor and of the still text (static-source.module.css): the same lines at the same places. px */
export const lineHeight = 20;
export const editorPadding = 8;

/** Line numbers take the room of so many digits, and so many px beside them. */
export const numberDigits = 3;
export const numberGap = 12;

/** Width of the column of line numbers in CSS. */
export const numberColumn = (lines: number): string =>
  `calc(${Math.max(numberDigits, String(lines).length)}ch + ${numberGap}px)`;

/** Text higher than 300 lines scrolls inside its cell: an editor of 100,000 lines would lay all of them out. px */
export const tallestText = 300 * lineHeight + 2 * editorPadding;
