import type { Connection } from '#lib/client/connection-port.ts';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { CaretNotes } from './caret-notes.ts';
import type { HelpStore } from './help-store.ts';

/** What help works with in one notebook view. */
export type HelpParts = {
  readonly connection: Connection;
  readonly document: NotebookDocument;
  readonly store: HelpStore;
  readonly notes: CaretNotes;
  /** Help never starts one. */
  readonly hasKernel: () => boolean;
};
