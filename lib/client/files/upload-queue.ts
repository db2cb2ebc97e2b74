import { callApi } from '#lib/client/api.ts';
import { type Fault, fault, isFault } from '#lib/core/fault.ts';
import type { FileEntry } from '#lib/protocol/http/files.ts';
import type { OnClash } from '#lib/protocol/http/uploads.ts';
import { fileKey } from './file-key.ts';
import { Speed } from './speed.ts';

/** One file on its way to the server. */
export type Transfer = {
  readonly id: number;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes that the server has. */
  readonly sent: number;
  /** `asking`: the name is taken and somebody has to say what to do. `offline`: waits for the server. */
  readonly state: 'waiting' | 'sending' | 'offline' | 'asking' | 'failed';
  /** Why it failed or waits. */
  readonly fault: Fault | null;
};

export type UploadState = {
  /** What is not over yet, and what failed, in the order of adding. */
  readonly transfers: readonly Transfer[];
  /** Of everything since the queue was last empty. */
  readonly total: {
    readonly files: number;
    readonly over: number;
    readonly bytes: number;
    readonly sent: number;
    readonly bytesPerSecond: number;
  };
};

export type UploadEffects = {
  readonly call: typeof callApi;
  readonly key: (file: File) => Promise<string>;
  /** Resolves after this many ms, or when the signal fires. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
};

type Job = {
  readonly file: File;
  readonly abort: AbortController;
  transfer: Transfer;
  onClash: OnClash;
  /** Called with the answer when the name was taken. */
  answered: ((choice: OnClash | 'skip') => void) | null;
};

const atOnce = 3;
const smallestPiece = 256 * 1024;
const largestPiece = 16 * 1024 * 1024;
const publishMs = 60;
/** A piece is meant to take about this long: short enough to show progress, long enough not to cost. */
const pieceMs = 700;
const longestWaitMs = 8_000;

/**
 * Sends files piece by piece, a few at once, until each is in its place, refused or cancelled. A lost line, a restarted
 * server and a page that is loaded again cost what was under way: the server says how much it has. Owns every transfer;
 * the panel of the sidebar reads it.
 */
export class UploadQueue {
  readonly #effects: UploadEffects;
  readonly #listeners = new Set<() => void>();
  readonly #speed: Speed;
  /** By id, in the order of adding: what is not over, and what failed. */
  readonly #jobs = new Map<number, Job>();
  #waiting: Job[] = [];
  #publishing: ReturnType<typeof setTimeout> | null = null;
  #over = { files: 0, bytes: 0 };
  #running = 0;
  #nextId = 1;
  #forAll: OnClash | 'skip' | null = null;
  #state: UploadState = nothing;
  #onPlaced: (entry: FileEntry) => void = () => undefined;

  constructor(effects: UploadEffects = browserEffects) {
    this.#effects = effects;
    this.#speed = new Speed(effects.now);
  }

  readonly getSnapshot = (): UploadState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Called with every file that has arrived. */
  onPlaced(listener: (entry: FileEntry) => void): void {
    this.#onPlaced = listener;
  }

  add(files: readonly { readonly file: File; readonly path: string }[]): void {
    const jobs = files.map(({ file, path }): Job => {
      const base = { id: this.#nextId++, path, size: file.size, sent: 0, fault: null };
      const transfer: Transfer = { ...base, state: 'waiting' };
      return { file, abort: new AbortController(), transfer, onClash: 'refuse', answered: null };
    });
    for (const job of this.#jobs.values()) if (job.transfer.state === 'failed') this.#jobs.delete(job.transfer.id);
    for (const job of jobs) this.#jobs.set(job.transfer.id, job);
    this.#waiting = [...this.#waiting, ...jobs];
    this.#publish();
    for (let lane = this.#running; lane < atOnce; lane++) void this.#work();
  }

  cancel(id: number): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    job.abort.abort();
    job.answered?.('skip');
    // One that is under way ends by itself and says so.
    if (job.transfer.state === 'waiting' || job.transfer.state === 'failed') this.#end(job);
  }

  cancelAll(): void {
    for (const id of this.#jobs.keys()) this.cancel(id);
  }

  /** Forgets what is over: the panel closes. */
  dismiss(): void {
    for (const job of this.#jobs.values()) if (job.transfer.state === 'failed') this.#jobs.delete(job.transfer.id);
    this.#publish();
  }

  /** What to do with a name that is taken; `forAll` holds until the queue is empty. */
  answer(id: number, choice: OnClash | 'skip', forAll: boolean): void {
    if (forAll) this.#forAll = choice;
    for (const job of this.#jobs.values()) if (forAll || job.transfer.id === id) job.answered?.(choice);
  }

  async #work(): Promise<void> {
    this.#running += 1;
    try {
      for (let job = this.#next(); job !== undefined; job = this.#next()) await this.#send(job);
    } finally {
      this.#running -= 1;
    }
  }

  #next(): Job | undefined {
    // Cancelled ones are passed over.
    for (;;) {
      const job = this.#waiting.shift();
      if (job === undefined || this.#jobs.has(job.transfer.id)) return job;
    }
  }

  async #send(job: Job): Promise<void> {
    this.#change(job, { state: 'sending' });
    let key: string;
    try {
      key = await this.#effects.key(job.file);
    } catch {
      return this.#fail(job, unreadable(job.transfer.path));
    }
    let waitMs = 500;
    let id: string | null = null;
    for (;;) {
      const before = job.transfer.sent;
      const outcome = await this.#attempt(job, key, (begun) => (id = begun));
      if (job.abort.signal.aborted) {
        if (id !== null) await this.#effects.call('cancelUpload', { params: { id } });
        return this.#end(job);
      }
      if (!isFault(outcome)) {
        this.#end(job);
        return this.#onPlaced(outcome);
      }
      if (outcome.fault === 'file.exists') {
        const choice = await this.#ask(job, outcome);
        if (choice !== 'skip') {
          job.onClash = choice;
          this.#change(job, { state: 'sending', fault: null });
          continue;
        }
        if (id !== null) await this.#effects.call('cancelUpload', { params: { id } });
        return this.#end(job);
      }
      if (!isPassing(outcome)) return this.#fail(job, outcome);
      if (job.transfer.sent > before) waitMs = 500;
      this.#change(job, { state: 'offline', fault: outcome });
      await this.#effects.wait(waitMs, job.abort.signal);
      waitMs = Math.min(longestWaitMs, waitMs * 2);
    }
  }

  /** From where the server is to the end, or to the first trouble. */
  async #attempt(job: Job, key: string, begun: (id: string) => void): Promise<Fault | FileEntry> {
    const { file, abort, onClash } = job;
    const { call, now } = this.#effects;
    const { path, size } = job.transfer;
    const { signal } = abort;
    const start = await call('beginUpload', { body: { path, size, key, onClash }, signal });
    if (isFault(start)) return start;
    const { id } = start;
    begun(id);
    this.#change(job, { state: 'sending', sent: start.offset, fault: null });
    let piece = 1024 * 1024;
    for (let offset = start.offset; offset < size;) {
      let bytes: ArrayBuffer;
      try {
        bytes = await file.slice(offset, offset + piece).arrayBuffer();
      } catch {
        return unreadable(path);
      }
      const startedAt = now();
      const sent = await call('sendUpload', { params: { id }, query: { offset }, bytes, signal });
      if (isFault(sent)) return sent;
      this.#speed.add(sent.offset - offset);
      offset = sent.offset;
      this.#change(job, { sent: offset });
      const took = now() - startedAt;
      if (took < pieceMs / 2) piece = Math.min(largestPiece, piece * 2);
      if (took > pieceMs * 2) piece = Math.max(smallestPiece, piece / 2);
    }
    return call('finishUpload', { params: { id }, body: { onClash }, signal });
  }

  async #ask(job: Job, why: Fault): Promise<OnClash | 'skip'> {
    if (this.#forAll !== null) return this.#forAll;
    return new Promise((resolve) => {
      job.answered = (choice) => {
        job.answered = null;
        resolve(choice);
      };
      this.#change(job, { state: 'asking', fault: why });
    });
  }

  #fail(job: Job, why: Fault): void {
    this.#over = { files: this.#over.files + 1, bytes: this.#over.bytes };
    this.#change(job, { state: 'failed', fault: why });
  }

  #end(job: Job): void {
    const failed = job.transfer.state === 'failed';
    if (!failed) this.#over = { files: this.#over.files + 1, bytes: this.#over.bytes + job.transfer.size };
    this.#jobs.delete(job.transfer.id);
    this.#publish();
  }

  #change(job: Job, part: Partial<Transfer>): void {
    job.transfer = { ...job.transfer, ...part };
    this.#publish();
  }

  /** A thousand small files change state thousands of times: readers hear of it a few times a second. */
  #publish(): void {
    if (this.#publishing !== null) return;
    this.#publishing = setTimeout(() => {
      this.#publishing = null;
      this.#publishNow();
    }, publishMs);
  }

  #publishNow(): void {
    const transfers = Array.from(this.#jobs.values(), ({ transfer }) => transfer);
    const open = transfers.filter(({ state }) => state !== 'failed');
    const total = {
      files: this.#over.files + open.length,
      over: this.#over.files,
      bytes: this.#over.bytes + open.reduce((sum, { size }) => sum + size, 0),
      sent: this.#over.bytes + open.reduce((sum, { sent }) => sum + sent, 0),
      bytesPerSecond: this.#speed.perSecond(),
    };
    this.#state = { transfers, total };
    if (open.length === 0) {
      this.#over = { files: 0, bytes: 0 };
      this.#forAll = null;
    }
    for (const listener of this.#listeners) listener();
  }
}

const nothing: UploadState = { transfers: [], total: { files: 0, over: 0, bytes: 0, sent: 0, bytesPerSecond: 0 } };

export const noUploads = (): UploadState => nothing;

const browserEffects: UploadEffects = {
  call: callApi,
  key: fileKey,
  now: () => performance.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
    }),
};

/** What goes away by itself: a server that is being started again, or one that has another number of bytes. */
const isPassing = ({ fault: code }: Fault) =>
  code === 'server.stopping' || code === 'upload.offset' || code === 'upload.notFound';

const unreadable = (path: string) =>
  fault('file.changed', `“${path}” cannot be read any more on your computer.`, 'Choose it again.');

/** The one queue of the page. */
export const uploads = new UploadQueue();
