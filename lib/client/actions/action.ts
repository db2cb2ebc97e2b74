/**
 * One thing a person can do, described once: the palette, menus, tooltips and the keyboard all read it from here.
 * `notebook.command` and `notebook.edit` are the two modes of the notebook; `notebook` holds in both. `files` holds while
 * the tree of files has the focus, `terminal` while a terminal has it.
 */
export type ActionScope = 'global' | 'files' | 'terminal' | 'notebook' | 'notebook.command' | 'notebook.edit';

export type Action = {
  /** `area.verb`, unique among the registered ones. */
  readonly id: string;
  /** What the palette shows and accepts: an imperative in the user's words. */
  readonly title: string;
  /** Heading in the palette. */
  readonly category: string;
  /** Key sequences, the first one is shown: `Shift-Enter`, `D D`, `Accel-S` (Accel = Ctrl, or Cmd on a Mac). */
  readonly keys: readonly string[];
  /** Keys that the browser itself answers with an event of its own: shown, not listened to. */
  readonly nativeKeys?: readonly string[];
  readonly scope: ActionScope;
  readonly isEnabled: () => boolean;
  readonly run: () => void | Promise<void>;
  /** Left out of the palette: motions such as "select the next cell" that only make sense as keys. */
  readonly hidden?: boolean;
};
