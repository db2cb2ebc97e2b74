import { z } from 'zod';

/** What a Spark master tells (org.apache.spark.deploy.JsonProtocol and its first page), as far as we read it. */

const count = z.number().nonnegative();

export const masterModel = z.object({
  url: z.string().startsWith('spark://'),
  /** ALIVE, or one that waits to take over: STANDBY, RECOVERING, COMPLETING_RECOVERY. */
  status: z.string(),
  workers: z.array(
    z.object({
      id: z.string(),
      host: z.string(),
      webuiaddress: z.string(),
      cores: count,
      state: z.string(),
      /** ms since 1970 */
      lastheartbeat: z.number(),
    }),
  ),
  activeapps: z.array(
    z.object({
      id: z.string(),
      cores: count,
      /** ms since it was registered; old masters do not tell. */
      duration: z.number().optional(),
    }),
  ),
});
export type Master = z.infer<typeof masterModel>;

/** What stands on the master's first page alone. */
export type MasterPage = {
  readonly version: string | null;
  /** Where the driver of an application shows its pages, as the page links to it. */
  readonly drivers: ReadonlyMap<string, string>;
};

export function readMasterPage(html: string): MasterPage {
  const rows = html.split(/<tr[\s>]/).slice(1);
  const drivers = rows.flatMap((row): [string, string][] => {
    const id = /href="app\/?\?appId=([\w-]+)"/.exec(row)?.[1];
    // Of a master behind a proxy it begins with a slash; the others lead to the application, and to its end (`#`).
    const driver = /href="((?:https?:\/)?\/[^"]+)"/.exec(row)?.[1]?.replaceAll('&amp;', '&');
    return id === undefined || driver === undefined ? [] : [[id, driver]];
  });
  return {
    version: /<span class="version[^"]*">\s*([^<\s]+)\s*</.exec(html)?.[1] ?? null,
    drivers: new Map(drivers),
  };
}
