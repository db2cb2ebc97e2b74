import { fault, type Fault } from '#lib/core/fault.ts';

/** The errno name of a Node file error (`ENOSPC`), or null for anything else. */
export function errnoOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/**
 * Turns an error of the file system into the fault a person reads. Errors without an errno are bugs and are thrown again.
 * @param what the thing it happened to, as the person knows it: a path in the workspace.
 */
export function ioFault(error: unknown, what: string): Fault {
  const code = errnoOf(error);
  if (code === null) throw error;
  switch (code) {
    case 'ENOENT':
      return fault('file.notFound', `“${what}” does not exist.`);
    case 'EEXIST':
    case 'ENOTEMPTY':
      return fault('file.exists', `“${what}” already exists.`, 'Choose another name.');
    case 'ENOTDIR':
      return fault('file.kind', `“${what}” is not inside a folder.`);
    case 'EISDIR':
      return fault('file.kind', `“${what}” is a folder.`);
    case 'ELOOP':
    case 'ENAMETOOLONG':
    case 'EINVAL':
      return fault('file.path', `“${what}” cannot be used as a path (${code}).`);
    case 'EACCES':
    case 'EPERM':
      return fault('file.permission', `No permission for “${what}”.`, 'Change its permissions, then try again.');
    case 'EROFS':
      return fault('file.permission', `“${what}” is on a read-only file system.`);
    case 'ENOSPC':
    case 'EDQUOT':
      return fault('file.noSpace', `No space is left on the disk for “${what}”.`, 'Free some space; nothing was lost.');
    case 'EMFILE':
    case 'ENFILE':
      return fault(
        'file.io',
        `“${what}” cannot be opened: this server has too many open files.`,
        'It goes on by itself when some are closed; raise the limit (ulimit -n) if it happens again.',
      );
    default:
      return fault('file.io', `The disk failed at “${what}” (${code}).`);
  }
}
