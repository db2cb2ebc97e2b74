import { exactHtml, tabSize } from './exact-html.ts';
import { loadMonaco } from '#components/ui/monaco/load-monaco.ts';

/** Coloured texts that are kept, the one used longest ago goes first. */
const keptTexts = 600;
/** Longer texts stay plain: colouring is work on the page's only thread. UTF-16 units. */
const longestColoured = 20_000;

const kept = new Map<string, string>();
const underWay = new Map<string, Promise<string | null>>();

const keyOf = (language: string, source: string) => `${language}\n${source}`;

/** The coloured HTML of a text, when it is at hand: nothing waits for the editor's code. */
export function colorizedNow(language: string, source: string): string | null {
  return kept.get(keyOf(language, source)) ?? null;
}

/**
 * Colours a text as the editor would; null where it stays plain. The HTML is the editor's own: spans with classes around
 * escaped text.
 */
export function colorize(language: string, source: string): Promise<string | null> {
  if (language === 'plaintext' || source === '' || source.length > longestColoured) return Promise.resolve(null);
  const key = keyOf(language, source);
  const ready = kept.get(key);
  if (ready !== undefined) return Promise.resolve(ready);
  const running = underWay.get(key);
  if (running !== undefined) return running;
  const colouring = queueColouring(language, source)
    .then((coloured) => {
      const html = exactHtml(coloured, source);
      if (html === null) return null;
      kept.set(key, html);
      for (const oldest of kept.keys()) {
        if (kept.size <= keptTexts) break;
        kept.delete(oldest);
      }
      return html;
    })
    // Without the editor's code the text stays plain; the notebook says so (use-notebook-parts.ts).
    .catch(() => null)
    .finally(() => underWay.delete(key));
  underWay.set(key, colouring);
  return colouring;
}

let tail: Promise<unknown> = Promise.resolve();

/** One text at a time, with room for input between: a notebook of 500 cells must not freeze while it is coloured. */
function queueColouring(language: string, source: string): Promise<string> {
  const colouring = tail.then(async () => {
    const monaco = await loadMonaco();
    await breathe();
    return monaco.editor.colorize(source, language, { tabSize });
  });
  tail = colouring.catch(() => undefined);
  return colouring;
}

let lastBreath = 0;

/** Lets the page paint when colouring has kept it for about a frame. */
async function breathe(): Promise<void> {
  if (performance.now() - lastBreath < 12) return;
  await new Promise<void>((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  });
  lastBreath = performance.now();
}
