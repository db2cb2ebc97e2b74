import { fault, type Fault } from '#lib/core/fault.ts';

/**
 * Paths as browsers name them: relative to the workspace, `/`-separated, `''` for the root. They are taken literally:
 * nothing is ever decoded or normalised, so `%2e%2e` is a name of six characters and `a//b` is refused, not mended.
 */

// eslint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const forbidden = /[\u0000-\u001f\u007f\\]/;

/** The segments of a path, or why it is refused. */
export function parsePath(path: string): Fault | readonly string[] {
  if (path === '') return [];
  if (path.startsWith('/')) return fault('file.path', 'The path must be relative to the workspace.');
  if (forbidden.test(path))
    return fault(
      'file.path',
      'The path has a forbidden character.',
      'Use names without backslashes and control characters.',
    );
  if (!path.isWellFormed()) return fault('file.path', 'The path is not valid Unicode.');
  if (Buffer.byteLength(path) > 4096) return fault('file.path', 'The path is too long.');
  const segments = path.split('/');
  for (const segment of segments) {
    const bad = checkName(segment);
    if (bad !== null) return bad;
  }
  return segments;
}

/** Why a single name is refused, or null. */
export function checkName(name: string): Fault | null {
  if (name === '') return fault('file.path', 'The path has an empty part.');
  if (name === '.' || name === '..') return fault('file.path', 'The path may not have “.” or “..” as a part.');
  if (name.includes('/') || forbidden.test(name)) return fault('file.path', 'The name has a forbidden character.');
  if (Buffer.byteLength(name) > 255)
    return fault('file.path', 'The name is longer than 255 bytes.', 'Choose a shorter name.');
  return null;
}

/** Joins a folder of the workspace and a name. */
export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Whether `path` is `folder` itself or lies below it. Both parsed before. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

export function splitPath(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? { folder: '', name: path } : { folder: path.slice(0, slash), name: path.slice(slash + 1) };
}
