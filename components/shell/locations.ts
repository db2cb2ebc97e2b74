/** Pages by address. Notebook paths are workspace paths; each segment is percent-encoded in the address. */

const notebookPrefix = '/n/';

export function notebookHref(path: string): string {
  return notebookPrefix + path.split('/').map(encodeURIComponent).join('/');
}

/** The workspace path of a notebook page, or null when `pathname` is another page or cannot be decoded. */
export function notebookPathOf(pathname: string): string | null {
  if (!pathname.startsWith(notebookPrefix)) return null;
  return decodePath(pathname.slice(notebookPrefix.length).split('/'));
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
