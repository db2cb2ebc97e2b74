import { watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * Says when a file may have changed: events of its folder, and a look every `pollMs` because network mounts and
 * exhausted inotify tables are silent. It only wakes the sync, which compares for itself.
 */
export class FileWatch {
  readonly #wake: () => void;
  readonly #pollMs: number;
  #path: string;
  #watcher: FSWatcher | null = null;
  #poll: NodeJS.Timeout | null = null;
  #soon: NodeJS.Timeout | null = null;

  constructor(path: string, pollMs: number, wake: () => void) {
    this.#path = path;
    this.#pollMs = pollMs;
    this.#wake = wake;
  }

  run(): void {
    this.#poll ??= setInterval(() => {
      if (this.#watcher === null) this.#watch();
      this.#wake();
    }, this.#pollMs);
    this.#poll.unref();
    this.#watch();
  }

  /** The notebook lives elsewhere now. */
  moved(path: string): void {
    this.#path = path;
    this.#unwatch();
    if (this.#poll !== null) this.#watch();
  }

  stop(): void {
    if (this.#poll !== null) clearInterval(this.#poll);
    if (this.#soon !== null) clearTimeout(this.#soon);
    this.#poll = null;
    this.#soon = null;
    this.#unwatch();
  }

  #watch(): void {
    const name = basename(this.#path);
    try {
      this.#watcher = watch(dirname(this.#path), { persistent: false }, (_event, changed) => {
        if (changed !== null && changed !== name) return;
        // Editors and git replace a file in several steps; the last one counts.
        this.#soon ??= setTimeout(() => {
          this.#soon = null;
          this.#wake();
        }, 40);
      });
      this.#watcher.on('error', () => this.#unwatch());
    } catch {
      // The folder is gone or inotify is exhausted: the poll goes on and tries again.
      this.#unwatch();
    }
  }

  #unwatch(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }
}
