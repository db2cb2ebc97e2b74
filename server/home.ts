import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { controlSocketPath } from './setup/flags.mjs';

/**
 * The state folder of one server. Owns its rights (0700, this user's) and the rule that one server at a time uses it.
 *
 * The rule is a lock that the system itself drops when its process ends, however it ends, so there are no stale ones: an
 * exclusive SQLite transaction on `server.lock`. `server.json` beside it only says who holds it.
 */
export type HomeHolder = { readonly pid: number; readonly url: string | null; readonly since: string };

export class Home {
  readonly folder: string;
  /** Where `npm run login` asks; its folder is private to this user. */
  readonly controlSocket: string;
  readonly #lock: DatabaseSync;
  readonly #since: string;

  private constructor(folder: string, controlSocket: string, lock: DatabaseSync, since: string) {
    this.folder = folder;
    this.controlSocket = controlSocket;
    this.#lock = lock;
    this.#since = since;
  }

  /** Makes the folder and takes its lock. `file.exists`: another server holds it; `file.permission`: not ours to write. */
  static open(folder: string, now: Date = new Date()): Home | Fault {
    const trouble = makePrivateFolder(folder);
    if (trouble !== null) return trouble;
    const controlSocket = controlSocketPath(folder);
    if (dirname(controlSocket) !== folder) {
      const socketTrouble = makePrivateFolder(dirname(controlSocket));
      if (socketTrouble !== null) return socketTrouble;
    }
    const lock = takeLock(folder);
    if (isFault(lock)) return lock;
    const home = new Home(folder, controlSocket, lock, now.toISOString());
    home.#write(null);
    return home;
  }

  /** Tells the next comer where this server answers. */
  announce(url: string): void {
    this.#write(url);
  }

  close(): void {
    rmSync(join(this.folder, 'server.json'), { force: true });
    this.#lock.close();
  }

  #write(url: string | null): void {
    const holder: HomeHolder = { pid: process.pid, url, since: this.#since };
    const path = join(this.folder, 'server.json');
    writeFileSync(`${path}.new`, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
}

/** Makes a folder that only this user can enter; refuses one that is somebody else's or a link. */
export function makePrivateFolder(folder: string): Fault | null {
  const hint = 'Name another state folder: npm start -- --home STATE_DIR';
  try {
    makeFolders(folder);
    const stat = lstatSync(folder);
    if (!stat.isDirectory()) return fault('file.kind', `The state folder ${folder} is not a folder.`, hint);
    const user = process.getuid?.();
    if (user !== undefined && stat.uid !== user && user !== 0) {
      return fault('file.permission', `The state folder ${folder} belongs to another user.`, hint);
    }
    chmodSync(folder, 0o700);
    const probe = join(folder, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === null) throw error;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      return fault(
        'file.noSpace',
        `The disk of the state folder ${folder} is full.`,
        'Free some space, then start again.',
      );
    }
    if (code === 'ENOTDIR' || code === 'EEXIST') {
      return fault('file.kind', `The state folder ${folder} cannot be made: a file is in its place.`, hint);
    }
    return fault('file.permission', `The state folder ${folder} cannot be written (${code}).`, hint);
  }
}

/** Step by step: Node's recursive mkdir never ends where mkdir answers ENOENT in a folder that exists, as /proc does. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // A server that starts at the same time made it.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

function takeLock(folder: string): DatabaseSync | Fault {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(folder, 'server.lock'), { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    chmodSync(join(folder, 'server.lock'), 0o600);
    return database;
  } catch (error) {
    database?.close();
    // SQLITE_BUSY is 5, SQLITE_LOCKED is 6; anything else is no rival but a disk that cannot lock.
    const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
    if (code !== 5 && code !== 6) {
      const reason = error instanceof Error ? error.message : String(error);
      return fault(
        'file.io',
        `The state folder ${folder} cannot be locked: ${reason}.`,
        'Use a folder on a local disk: --home STATE_DIR',
      );
    }
    return rivalFault(folder);
  }
}

function rivalFault(folder: string): Fault {
  const holder = readHolder(folder);
  const hint = 'Use that one, stop it, or start this one with another state folder: npm start -- --home STATE_DIR';
  if (holder === null) return fault('file.exists', `Another Farfield server uses the state folder ${folder}.`, hint);
  const place = holder.url === null ? 'still starting' : `at ${holder.url}`;
  return fault(
    'file.exists',
    `Another Farfield server (process ${holder.pid}, ${place}, since ${holder.since}) uses the state folder ${folder}.`,
    hint,
  );
}

function readHolder(folder: string): HomeHolder | null {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const { pid, url, since } = value as Record<string, unknown>;
    if (typeof pid !== 'number' || typeof since !== 'string') return null;
    return { pid, url: typeof url === 'string' ? url : null, since };
  } catch {
    return null; // named without details
  }
}
