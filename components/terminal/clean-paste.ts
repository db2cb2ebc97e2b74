/**
 * Pasted text without what is no text: with an escape character in it a paste could end its own brackets and run what
 * follows. Tabs and ends of lines stay.
 */
export function cleanPaste(text: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  return text.replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g, '');
}
