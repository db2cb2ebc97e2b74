import type { CellContent } from '#lib/core/notebook/model.ts';
import {
  type Clip,
  type ClipForms,
  clipFormat,
  clipInHtml,
  largestClip,
  readClip,
  writeClip,
} from '#lib/core/notebook/cells-clip.ts';

/** What a paste found. `text`: of another program. `large`: too much to be taken. */
export type Pasted =
  | { readonly kind: 'cells'; readonly cells: readonly CellContent[] }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'large' }
  | { readonly kind: 'nothing' };

/** The cells that this page copied last: what is pasted where the browser does not let us read its clipboard. */
let kept: (Clip & { readonly forms: ClipForms }) | null = null;

/** Puts cells on the page's clipboard; the forms are for the browser's own. */
export function keepCells(cells: readonly CellContent[]): ClipForms {
  const clip = { token: crypto.randomUUID(), cells };
  const forms = writeClip(clip);
  kept = { ...clip, forms };
  return forms;
}

/** Writes to the browser's clipboard within its own copy event. */
export function writeToEvent(transfer: DataTransfer, forms: ClipForms): void {
  transfer.setData('text/plain', forms.text);
  transfer.setData('text/html', forms.html);
  transfer.setData(clipFormat, forms.json);
}

/** Writes to the browser's clipboard outside of an event. A refusal is no trouble: the page has the cells. */
export async function writeToSystem(forms: ClipForms): Promise<void> {
  const blob = (type: string, text: string) => [type, new Blob([text], { type: type.replace(/^web /, '') })] as const;
  try {
    const ours = ClipboardItem.supports?.(clipFormat) ?? false;
    const forEveryone = [blob('text/plain', forms.text), blob('text/html', forms.html)];
    const all = ours ? [...forEveryone, blob(clipFormat, forms.json)] : forEveryone;
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(all))]);
  } catch {
    // Not asked for by a key press, not allowed, or not there on a page without TLS.
  }
}

/** Reads what the browser gives with its own paste event. */
export function readEvent(transfer: DataTransfer): Pasted {
  return read({
    json: transfer.getData(clipFormat),
    html: transfer.getData('text/html'),
    text: transfer.getData('text/plain'),
  });
}

/**
 * Reads the browser's clipboard outside of an event, if that needs no question or there is nothing else to paste; else
 * the page's.
 */
export async function readSystem(): Promise<Pasted> {
  const own: Pasted = kept === null ? { kind: 'nothing' } : { kind: 'cells', cells: kept.cells };
  try {
    const { state } = await navigator.permissions.query({ name: 'clipboard-read' as PermissionName });
    if (state === 'denied' || (state === 'prompt' && kept !== null)) return own;
    const forms = { json: '', html: '', text: '' };
    for (const item of await navigator.clipboard.read()) {
      const take = async (type: string) => (item.types.includes(type) ? await (await item.getType(type)).text() : '');
      forms.json ||= await take(clipFormat);
      forms.html ||= await take('text/html');
      forms.text ||= await take('text/plain');
    }
    const found = read(forms);
    return found.kind === 'nothing' ? own : found;
  } catch {
    return own;
  }
}

function read({ json, html, text }: ClipForms): Pasted {
  if (Math.max(json.length, html.length, text.length) > largestClip) return { kind: 'large' };
  const clip = readClip(json) ?? readClip(clipInHtml(html));
  // The cells themselves: an id that is free again may be taken again, and with it come the cell's results.
  if (kept !== null && (clip?.token === kept.token || (clip === null && text !== '' && text === kept.forms.text)))
    return { kind: 'cells', cells: kept.cells };
  if (clip !== null) return { kind: 'cells', cells: clip.cells };
  return text === '' ? { kind: 'nothing' } : { kind: 'text', text };
}
