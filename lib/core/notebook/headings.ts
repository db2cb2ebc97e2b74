/** One heading of a Markdown cell. */
export type Heading = {
  /** 1 to 6. */
  readonly level: number;
  /** What it says, without its marks; may be empty. */
  readonly text: string;
  /** Line of the source from 0. */
  readonly line: number;
};

/** Headings behind so many UTF-16 units of one cell are not looked for. */
const searched = 200_000;

/** Of what a heading says, UTF-16 units. */
const longestText = 1_000;

const numbered = /^ {0,3}(#{1,6})(?=[ \t]|$)/;
const underline = /^ {0,3}(=+|-+)[ \t]*$/;
const fence = /^ {0,3}(`{3,}|~{3,})/;
/** Lines that begin something else than a paragraph: an underline below them is no heading. */
const otherBlock = /^(?: {4}|\t| {0,3}(?:>|[-+*][ \t]|\d{1,9}[.)][ \t]|<))/;

/** The headings of Markdown text in order, both the `# one` and the underlined kind; none inside fenced code. */
export function findHeadings(source: string): readonly Heading[] {
  if (!source.includes('#') && !source.includes('==') && !source.includes('--')) return [];
  const found: Heading[] = [];
  const lines = source.slice(0, searched).split(/\r\n|\r|\n/);
  let fenced: string | null = null;
  /** First line of the paragraph that the present line goes on with. */
  let paragraph: number | null = null;
  for (const [line, text] of lines.entries()) {
    const mark = fence.exec(text)?.[1];
    if (fenced !== null) {
      if (mark !== undefined && mark.startsWith(fenced) && text.trim() === mark) fenced = null;
      continue;
    }
    const hashes = numbered.exec(text);
    const under = paragraph === null ? null : underline.exec(text);
    if (mark !== undefined) {
      fenced = mark;
      paragraph = null;
    } else if (hashes !== null) {
      found.push({
        level: hashes[1]?.length ?? 1,
        text: plainWords(withoutClosingMarks(text.slice(hashes[0].length))),
        line,
      });
      paragraph = null;
    } else if (under !== null && paragraph !== null) {
      const words = lines.slice(paragraph, line).map((one) => one.trim());
      found.push({
        level: under[1]?.startsWith('=') === true ? 1 : 2,
        text: plainWords(words.join(' ')),
        line: paragraph,
      });
      paragraph = null;
    } else if (text.trim() === '' || (paragraph === null && otherBlock.test(text))) {
      paragraph = null;
    } else {
      paragraph ??= line;
    }
  }
  return found;
}

/** The level that a cell's section has: that of its highest heading, 1 to 6; null without one. */
export function sectionLevel(headings: readonly Heading[]): number | null {
  return headings.length === 0 ? null : Math.min(...headings.map(({ level }) => level));
}

/** The text of a numbered heading without the marks that may end it: ` One ##` says `One`. */
function withoutClosingMarks(text: string): string {
  const trimmed = text.trimEnd();
  let end = trimmed.length;
  while (trimmed[end - 1] === '#') end--;
  const closes = end === 0 || trimmed[end - 1] === ' ' || trimmed[end - 1] === '\t';
  return closes ? trimmed.slice(0, end) : trimmed;
}

/** Links become their words, images theirs; marks of emphasis and code go. */
function plainWords(text: string): string {
  return text
    .trim()
    .slice(0, longestText)
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/(\*\*|__|\*|`)(?=\S)(.+?)\1/g, '$2')
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1')
    .trim();
}
