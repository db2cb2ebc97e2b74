import { clusterOf } from '#lib/core/cluster/cluster-path.ts';
import { terminalOf } from '#lib/core/terminal/terminal-path.ts';

/**
 * Pages by address: notebooks at `/n/`, other files at `/f/`, then the workspace path, each segment percent-encoded.
 * Terminals and clusters, whose paths begin with a slash, are their own addresses.
 */

export function isNotebook(path: string): boolean {
  return path.endsWith('.ipynb');
}

/** The address of a notebook or another file. */
export function documentHref(path: string): string {
  if (terminalOf(path) !== null || clusterOf(path) !== null) return path.split('/').map(encodeURIComponent).join('/');
  return (isNotebook(path) ? '/n/' : '/f/') + path.split('/').map(encodeURIComponent).join('/');
}

/** The workspace path of a document's page, or null when `pathname` is another page or cannot be decoded. */
export function documentPathOf(pathname: string): string | null {
  if (pathname.startsWith('/t/')) {
    const path = `/t/${decodePath(pathname.slice(3).split('/')) ?? ''}`;
    return terminalOf(path) === null ? null : path;
  }
  if (pathname.startsWith('/clusters/')) return clusterOf(pathname) === null ? null : pathname;
  return /^\/[nf]\//.test(pathname) ? decodePath(pathname.slice(3).split('/')) : null;
}

/** Decodes the segments of an address; null when one is malformed or empty. */
export function decodePath(segments: readonly string[]): string | null {
  try {
    const decoded = segments.map(decodeURIComponent);
    return decoded.length > 0 && decoded.every((segment) => segment !== '') ? decoded.join('/') : null;
  } catch {
    return null;
  }
}

/** `a/b/c.ipynb` → `a/b`; the root is ''. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Whether `path` is `ancestor` or lies in it. */
export function isWithin(path: string, ancestor: string): boolean {
  return path === ancestor || ancestor === '' || path.startsWith(`${ancestor}/`);
}
