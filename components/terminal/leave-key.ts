/** The way out of a terminal with the keyboard: Tab belongs to the shell. */
export const leaveKey = 'Ctrl-Shift-L';
