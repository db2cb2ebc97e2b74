import type { DocumentState } from '#lib/protocol/document-state.ts';

/**
 * The truth about the file in the header. Counts versions of document and results; `saved` is said only while the
 * version on disk is the present one and nothing speaks against it.
 */
export class SaveStatus {
  #version = 0;
  #savedVersion = 0;
  #saving = false;
  #savedAt: number | null;
  #unsavedSince: number | null = null;
  /** What stands in the way, strongest first. */
  readonly #obstacles = new Map<'missing' | 'broken' | 'log' | 'save', string>();
  readonly #now: () => number;

  /** @param savedAt when the file was last written, ms since 1970. */
  constructor(now: () => number, savedAt: number | null) {
    this.#now = now;
    this.#savedAt = savedAt;
  }

  get version(): number {
    return this.#version;
  }

  get dirty(): boolean {
    return this.#version !== this.#savedVersion;
  }

  changed(): void {
    this.#version += 1;
    this.#unsavedSince ??= this.#now();
  }

  saving(active: boolean): void {
    this.#saving = active;
  }

  /** The file has this version. `written`: it was written just now, and not found to be so. */
  saved(version: number, written: boolean): void {
    this.#savedVersion = Math.max(this.#savedVersion, version);
    if (written) this.#savedAt = this.#now();
    if (!this.dirty) this.#unsavedSince = null;
    this.#obstacles.delete('save');
  }

  /** Sets or (null) takes away an obstacle. True when that changed something. */
  obstacle(kind: 'missing' | 'broken' | 'log' | 'save', reason: string | null): boolean {
    if ((this.#obstacles.get(kind) ?? null) === reason) return false;
    if (reason === null) this.#obstacles.delete(kind);
    else {
      this.#obstacles.set(kind, reason);
      this.#unsavedSince ??= this.#now();
    }
    if (!this.dirty && this.#obstacles.size === 0) this.#unsavedSince = null;
    return true;
  }

  has(kind: 'missing' | 'broken' | 'log' | 'save'): boolean {
    return this.#obstacles.has(kind);
  }

  view(): DocumentState['save'] {
    for (const kind of ['log', 'missing', 'broken', 'save'] as const) {
      const reason = this.#obstacles.get(kind);
      if (reason !== undefined) return { status: 'error', since: this.#unsavedSince, reason };
    }
    if (this.#saving) return { status: 'saving', since: this.#unsavedSince };
    return this.dirty ? { status: 'unsaved', since: this.#unsavedSince } : { status: 'saved', since: this.#savedAt };
  }
}
