import type { WorkerPicture } from '#lib/core/cluster/picture.ts';

/** Reads the pages of a Dask scheduler that have no JSON beside them (distributed/http/templates). */

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };

/** The lines of a log: one paragraph each, the newest first. Answers them as text, oldest first. */
export function readLogPage(html: string): string[] {
  return [...html.matchAll(/<p>([^<]*)<\/p>/g)].map(([, line = '']) => textOf(line)).toReversed();
}

/** The table of workers. It tells nothing of processor, disk and network, and of time only how long ago. */
export function readWorkersPage(html: string): WorkerPicture[] {
  const rows = [...html.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row = '']) => [
    ...row.matchAll(/<td([^>]*)>([\s\S]*?)<\/td>/g),
  ]);
  return rows.flatMap((cells) => {
    const inside = (at: number): string => cells[at]?.[2] ?? '';
    const id = textOf(inside(0).replaceAll(/<[^>]*>/g, ''));
    const host = /^\w+:\/\/(.+):\d+$/.exec(id)?.[1];
    const threads = Number(inside(2));
    if (host === undefined || !Number.isInteger(threads)) return [];
    const limit = Number(/data-sort="(\d+)"/.exec(cells[3]?.[1] ?? '')?.[1]);
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

function textOf(html: string): string {
  return html.replaceAll(/&(amp|lt|gt|quot|#39|#x27);/g, (_, name: string) => entities[name] ?? '').trim();
}
