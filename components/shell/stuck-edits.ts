import { showToast } from '#components/ui/toast.tsx';
import type { StuckEdits } from '#lib/client/document/page-documents.ts';

/** Says that edits wait for a notebook that does not take them. They are given up only once they were copied. */
export function tellStuckEdits({ path, text, discard }: StuckEdits): void {
  const id = `stuck-edits ${path}`;
  const copied = () =>
    showToast({
      id,
      kind: 'error',
      title: `The unsent edits of “${path}” are copied.`,
      description: 'Paste them where they belong. Until they are discarded they wait in this tab.',
      action: { label: 'Discard them here', run: discard },
    });
  const copy = () =>
    navigator.clipboard
      .writeText(text)
      .then(copied, () => showToast({ kind: 'error', title: 'The browser does not allow to copy.' }));
  showToast({
    id,
    kind: 'error',
    title: `Edits of “${path}” wait in this tab.`,
    description: 'They were not sent when the page was left, and the notebook cannot take them now.',
    action: { label: 'Copy them', run: () => void copy() },
  });
}
