import { showToast } from '#components/ui/toast.tsx';
import type { Action } from '#lib/client/actions/action.ts';
import { leaveKey } from './leave-key.ts';
import { screenReaderMode } from './screen-reader-mode.ts';
import type { XtermScreen } from './xterm-screen.ts';

export type ScreenDoors = {
  readonly screen: () => XtermScreen | null;
  /** Puts the focus outside of the screen. */
  readonly leave: () => void;
  /** Asks whether the shell is to be ended. */
  readonly end: () => void;
};

/** What can be done in and with the terminal that has the focus. */
export function screenActions({ screen, leave, end }: ScreenDoors): readonly Action[] {
  const within = { category: 'Terminal', scope: 'terminal', isEnabled: () => true, hidden: true } as const;
  const about = { category: 'Terminal', scope: 'global', isEnabled: () => true, keys: [] } as const;
  return [
    { ...within, id: 'terminal.leave', title: 'Leave the terminal with the keyboard', keys: [leaveKey], run: leave },
    {
      ...within,
      id: 'terminal.copy',
      title: 'Copy the selected text',
      keys: ['Ctrl-Shift-C'],
      run: () => copy(screen()?.selection() ?? null),
    },
    {
      ...within,
      id: 'terminal.paste',
      title: 'Paste',
      keys: [],
      nativeKeys: ['Ctrl-Shift-V'],
      run: () => undefined,
    },
    { ...about, id: 'terminal.focus', title: 'Terminal: go into it', run: () => screen()?.focus() },
    { ...about, id: 'terminal.end', title: 'Terminal: end its shell…', run: end },
    {
      ...about,
      id: 'terminal.screenReader',
      title: 'Terminal: screen reader mode on or off',
      run: () => screenReaderMode.set(!screenReaderMode.get()),
    },
  ];
}

/** Nothing selected, nothing copied: what the clipboard has stays. */
async function copy(text: string | null): Promise<void> {
  if (text === null) return;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    showToast({ kind: 'error', title: 'The browser did not let the text be copied.' });
  }
}
