import { findMatches, type TextMatch } from '#lib/core/notebook/find-text.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { CellWindow } from '../cell-window.ts';
import type { EditorSlot } from '../editor-slot.ts';
import type { FindStore } from './find-store.ts';

/** Ranges of one page's notebooks under one name each: two notebooks may be searched at once. */
const marks = { match: 'farfield-match', current: 'farfield-match-current' } as const;
/** Matches of one cell that are marked. */
const mostMarked = 2_000;

/**
 * Marks the matches of the cells in the page: by the browser's own highlights, which leave the text as it is, and by
 * decorations in the live editor. Rendered prose is searched again as it reads. Returns the end of it.
 */
export function highlightMatches(
  list: HTMLElement,
  store: FindStore,
  cells: CellWindow,
  editor: EditorSlot,
): () => void {
  if (!('highlights' in CSS)) return () => undefined;
  const mine = new Set<Range>();
  let frame: number | null = null;
  let shown: string | null = null;
  /** Of the current match; another notebook's may stand under the same name. */
  let range: Range | null = null;

  const clear = () => {
    for (const name of Object.values(marks)) for (const place of mine) CSS.highlights.get(name)?.delete(place);
    mine.clear();
    range = null;
  };
  const mark = (name: string, place: Range) => {
    const highlight = CSS.highlights.get(name) ?? new Highlight();
    if (!CSS.highlights.has(name)) CSS.highlights.set(name, highlight);
    highlight.add(place);
    mine.add(place);
    if (name === marks.current) range = place;
  };
  const paint = () => {
    frame = null;
    clear();
    const current = store.current();
    const live = editor.get();
    let inEditor: readonly TextMatch[] = [];
    for (const element of list.querySelectorAll<HTMLElement>('[data-cell-id]')) {
      const id = element.dataset['cellId'] as CellId;
      const matches = store.matchesOf(id);
      if (matches.length === 0) continue;
      const isCurrent = (match: TextMatch) => current?.cellId === id && current.start === match.start;
      if (live?.shows(id) === true) {
        inEditor = matches.slice(0, mostMarked);
        continue;
      }
      const text = element.querySelector('[data-source-text]');
      if (text !== null) {
        for (const [match, place] of rangesOf(text, matches.slice(0, mostMarked)))
          mark(isCurrent(match) ? marks.current : marks.match, place);
        continue;
      }
      const prose = element.querySelector('.output-markdown');
      const pattern = prose === null ? null : store.prosePattern(id);
      if (prose === null || pattern === null) continue;
      const read = findMatches(prose.textContent ?? '', pattern, mostMarked);
      for (const [, place] of rangesOf(prose, read)) mark(marks.match, place);
    }
    live?.mark(inEditor, inEditor.find(({ start }) => current?.start === start && live.shows(current.cellId)) ?? null);
    reveal();
  };
  /** Once per match: the reader may scroll away. */
  const reveal = () => {
    const current = store.current();
    const key = current === null ? null : `${current.cellId} ${current.start}`;
    if (key === shown) return;
    if (key !== null && range === null) return;
    shown = key;
    if (range === null) return;
    const { top, bottom } = range.getBoundingClientRect();
    cells.revealBand(top - 20, bottom + 20);
  };
  const soon = () => {
    frame ??= requestAnimationFrame(paint);
  };
  // Cells come, go, and are coloured.
  const watch = new MutationObserver(soon);
  watch.observe(list, { childList: true, subtree: true });
  const off = store.subscribe(soon);
  soon();
  return () => {
    off();
    watch.disconnect();
    if (frame !== null) cancelAnimationFrame(frame);
    clear();
    editor.get()?.mark([], null);
  };
}

/** The ranges of matches in an element's text; matches in order. */
function* rangesOf(root: Element, matches: readonly TextMatch[]): Generator<readonly [TextMatch, Range]> {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode() as Text | null;
  let begin = 0;
  for (const match of matches) {
    const range = document.createRange();
    while (node !== null && begin + node.length <= match.start) {
      begin += node.length;
      node = walker.nextNode() as Text | null;
    }
    if (node === null) return;
    range.setStart(node, match.start - begin);
    while (node !== null && begin + node.length < match.end) {
      begin += node.length;
      node = walker.nextNode() as Text | null;
    }
    if (node === null) return;
    range.setEnd(node, match.end - begin);
    yield [match, range];
  }
}
