import { z } from 'zod';

/** Where somebody was in a file: whatever its view needs to come back. Kept in this browser for the newest files. */
const key = 'farfield-file-views';
const mostFiles = 60;
const longest = 20_000;
const storedSchema = z.array(z.tuple([z.string(), z.unknown()])).max(mostFiles);

export function readPlace(path: string): unknown {
  return new Map(readAll()).get(path) ?? null;
}

export function keepPlace(path: string, place: unknown): void {
  try {
    if (JSON.stringify(place).length > longest) return;
    const others = readAll().filter(([other]) => other !== path);
    localStorage.setItem(key, JSON.stringify([...others, [path, place]].slice(-mostFiles)));
  } catch {
    // Private windows may refuse storage; the view then begins at the top.
  }
}

function readAll(): readonly (readonly [string, unknown])[] {
  try {
    const parsed = storedSchema.safeParse(JSON.parse(localStorage.getItem(key) ?? '[]'));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}
