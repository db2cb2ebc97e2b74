/** Longer addresses are nobody's to read before they are opened. */
const longest = 2_048;

/**
 * The address of a link that may be offered: http and https alone, without a user in it, written so that what is shown is
 * where it leads. Null: it is no link here.
 */
export function linkOf(text: string): string | null {
  if (text.length > longest || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  // “https://your.bank@evil.example” reads as what it is not.
  if (url.username !== '' || url.password !== '') return null;
  return url.href;
}
