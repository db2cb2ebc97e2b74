import type { WorkerPicture } from '#lib/core/cluster/picture.ts';

/** Reads the pages of a Dask scheduler that have no JSON beside them (distributed/http/templates). */

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };

/** The lines of a log: one paragraph each, the newest first. Answers them as text, oldest first. */
export function readLogPage(html: string): string[] {
  return [...html.matchAll(/<p>([^<]*)<\/p>/g)].map(([, line = '']) => textOf(line)).toReversed();
}

/** The table of workers. It tells nothing of processor, disk and network, and of time only how long ago. */
export function readWorkersPage(html: string): WorkerPicture[] {
  // Split, not matched: what the page says is not ours, and a match that looks ahead for an end may look for ever.
  const rows = html
    .split('<tr')
    .slice(1)
    .map((row) => row.split('<td').slice(1).map(readCell));
  return rows.flatMap((cells) => {
    const inside = (at: number): string => cells[at]?.inside ?? '';
    const id = textOf(inside(0).replaceAll(/<[^>]*>/g, ''));
    const host = /^\w+:\/\/(.+):\d+$/.exec(id)?.[1];
    const threads = Number(inside(2));
    if (host === undefined || !Number.isInteger(threads)) return [];
    const limit = Number(/data-sort="(\d+)"/.exec(cells[3]?.attributes ?? '')?.[1]);
    const used = Number(/value="(\d+)"/.exec(inside(4))?.[1]);
    return {
      id,
      name: textOf(inside(1)),
      host,
      threads,
      running: Math.min(threads, Number(inside(6)) || 0),
      cpu: null,
      memory: Number.isNaN(used) ? null : { used, limit: Number.isNaN(limit) ? null : limit },
      spilled: null,
      disk: null,
      network: null,
      heardAt: null,
    };
  });
}

/** What follows a `<td`: its attributes, and what it holds up to the next cell. */
function readCell(text: string): { readonly attributes: string; readonly inside: string } {
  const end = text.indexOf('>');
  const attributes = end === -1 ? '' : text.slice(0, end);
  return { attributes, inside: text.slice(end + 1).split('</td', 1)[0] ?? '' };
}

function textOf(html: string): string {
  return html.replaceAll(/&(amp|lt|gt|quot|#39|#x27);/g, (_, name: string) => entities[name] ?? '').trim();
}
