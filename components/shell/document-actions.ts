import type { Navigation } from '#components/ui/navigation.tsx';
import { pageDocuments } from '#lib/client/document/page-documents.ts';
import { moveDrafts } from '#lib/client/file-drafts.ts';
import { changeLayout, getLayout } from './layout-store.ts';
import { documentPathOf } from './locations.ts';

/** What a person does to open documents: each is one event of the layout, and the address follows. */

/** @param aside in the other pane */
export function openDocument(path: string, aside = false): void {
  changeLayout(aside ? { type: 'ShownAside', path } : { type: 'Shown', path });
}

/** Closes a document, or all below a folder. */
export function closeDocument(path: string): void {
  changeLayout({ type: 'Closed', path }, 'replace');
}

/** Follows a document, or a folder of them, that goes on under another path: with all that was not saved. */
export function followMove(from: string, to: string): void {
  moveDrafts(from, to);
  pageDocuments().moved(from, to);
  changeLayout({ type: 'Renamed', from, to }, 'replace');
}

/** Puts the focus into the other pane. */
export function goToOtherPane(): void {
  const other = getLayout().panes.find(({ id }) => id !== getLayout().focused);
  if (other === undefined) return;
  changeLayout({ type: 'Focused', pane: other.id }, 'replace');
  focusPane(other.id);
}

/** Pages of the frame are shown by the layout, every other address by the server. */
export const go: Navigation['go'] = (href) => {
  const path = documentPathOf(href);
  if (path !== null || href === '/') changeLayout({ type: 'Shown', path });
  else location.assign(href);
};

/** What takes the focus of a pane: its active cell, its editor, else its first control. */
const focusable = [
  '[data-cell-id][aria-current]',
  '[data-takes-focus]',
  'textarea',
  '[tabindex="0"]',
  'a[href], button',
];

function focusPane(id: string): void {
  const document = window.document.querySelector(`[data-document][data-pane="${id}"]`);
  for (const selector of focusable) {
    const found = document?.querySelector<HTMLElement>(selector);
    if (found) return found.focus();
  }
}
