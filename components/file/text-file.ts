import { callApi } from '#lib/client/api.ts';
import { hashBytes, readFileBytes } from '#lib/client/file-bytes.ts';
import { keepDraft, onDraftsMove, readDraft } from '#lib/client/file-drafts.ts';
import { type Fault, fault, isFault } from '#lib/core/fault.ts';
import { movedPath } from '#lib/core/moved-path.ts';
import { endingWords, readExact, renderExact, type TextOrigin } from '#lib/core/text/exact-text.ts';

export type TextFileState = {
  readonly status: 'saved' | 'edited' | 'saving';
  /** The file on disk is another one than the text began with. */
  readonly conflict: boolean;
  readonly fault: Fault | null;
  /** Whether unsaved text outlives this page. */
  readonly kept: boolean;
};

/** Pause after which an edited text is kept in this browser, ms. */
const draftPause = 400;

/**
 * The text of one file while it is edited: what it was read from, whether it is saved, and the draft of this browser.
 * The editor owns the text itself and lends it through `attach`.
 */
export class TextFile {
  readonly path: string;
  readonly beginning: string;
  readonly words: string;
  readonly #listeners = new Set<() => void>();
  /** Where its draft is: a file that is moved takes it along. */
  #draftPath: string;
  #origin: TextOrigin;
  #hash: string | null;
  #version: string;
  /** Text as it is on disk, lines ended by LF. */
  #onDisk: string;
  #getText: () => string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #state: TextFileState = { status: 'saved', conflict: false, fault: null, kept: true };

  constructor(path: string, source: string, hash: string | null, version: string) {
    const { text, origin } = readExact(source);
    const draft = readDraft(path);
    const edited = draft !== null && draft.text !== text;
    this.path = path;
    this.#draftPath = path;
    this.#origin = origin;
    this.#hash = hash;
    this.#version = version;
    this.#onDisk = text;
    this.beginning = edited ? draft.text : text;
    this.words = [origin.mark ? 'UTF-8 with BOM' : 'UTF-8', endingWords(origin)].join(' · ');
    this.#getText = () => this.beginning;
    if (edited) this.#state = { ...this.#state, status: 'edited', conflict: draft.base !== hash };
    else if (draft !== null) keepDraft(path, null);
  }

  readonly getSnapshot = (): TextFileState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** The text as it is now. */
  text(): string {
    return this.#getText();
  }

  /** Lends the editor's text; the returned function keeps what was typed last and takes the text along. */
  attach(getText: () => string): () => void {
    this.#getText = getText;
    const unfollow = onDraftsMove((from, to) => {
      this.keep();
      this.#draftPath = movedPath(this.#draftPath, from, to);
    });
    return () => {
      unfollow();
      this.keep();
      const last = getText();
      this.#getText = () => last;
    };
  }

  /** The person typed. */
  edited(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keep(), draftPause);
    if (this.#state.status === 'saved') this.#change({ status: 'edited' });
  }

  /** Keeps the unsaved text in this browser now. */
  keep(): void {
    clearTimeout(this.#timer);
    if (this.#state.status === 'saved') return;
    const text = this.#getText();
    const clean = text === this.#onDisk && !this.#state.conflict;
    const kept = keepDraft(this.#draftPath, clean ? null : { base: this.#hash ?? '', text });
    this.#change({ kept, ...(clean && this.#state.status === 'edited' ? { status: 'saved' } : {}) });
  }

  async save(): Promise<void> {
    if (this.#state.status === 'saving') return;
    if (this.#hash === null) {
      return this.#change({
        fault: fault(
          'file.permission',
          'This address is not secure, so the file cannot be saved safely.',
          'Open Farfield by https or as 127.0.0.1.',
        ),
      });
    }
    const text = this.#getText();
    const rendered = renderExact(text, this.#origin);
    const bytes = new TextEncoder().encode(rendered);
    this.#change({ status: 'saving', fault: null });
    const answer = await callApi('writeFile', { body: { path: this.path, text: rendered, hash: this.#hash } });
    if (isFault(answer)) {
      return this.#change({
        status: 'edited',
        ...(answer.fault === 'file.changed' ? { conflict: true } : { fault: answer }),
      });
    }
    this.#hash = await hashBytes(bytes);
    this.#version = '';
    this.#origin = readExact(rendered).origin;
    this.#onDisk = text;
    const unchanged = this.#getText() === text;
    this.#change({ status: unchanged ? 'saved' : 'edited', conflict: false });
    if (unchanged) keepDraft(this.#draftPath, null);
    else this.keep();
  }

  /** Saves over what is on disk now; its bytes go to the trash. */
  async overwrite(): Promise<void> {
    const present = await readFileBytes(this.path);
    if (isFault(present)) return this.#change({ fault: present });
    this.#hash = await hashBytes(present.bytes);
    await this.save();
  }

  /** Saves under a free name beside the file; the answer is its path. */
  async saveCopy(): Promise<Fault | string> {
    const slash = this.path.lastIndexOf('/');
    const name = this.path.slice(slash + 1);
    const dot = name.lastIndexOf('.');
    const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    for (let count = 1; count < 100; count += 1) {
      const made = await callApi('createFile', {
        body: {
          folder: this.path.slice(0, Math.max(0, slash)),
          kind: 'file',
          name: `${stem} (mine${count === 1 ? '' : ` ${count}`})${ending}`,
        },
      });
      if (isFault(made) && made.fault === 'file.exists') continue;
      if (isFault(made)) return made;
      const empty = await hashBytes(new Uint8Array());
      const text = renderExact(this.#getText(), this.#origin);
      const written = await callApi('writeFile', { body: { path: made.path, text, hash: empty ?? '' } });
      if (isFault(written)) return written;
      this.forget();
      return made.path;
    }
    return fault('file.exists', 'No free name was found.');
  }

  /** The unsaved text is no longer wanted. */
  forget(): void {
    clearTimeout(this.#timer);
    keepDraft(this.#draftPath, null);
    this.#change({ status: 'saved', conflict: false, fault: null });
  }

  /** Looks whether somebody else changed the file. True when an unedited text is old and should be read again. */
  async isOld(): Promise<boolean> {
    if (this.#state.status === 'saving') return false;
    const head = await readFileBytes(this.path, { from: 0, to: 1 });
    if (isFault(head)) return false;
    if (this.#version === '') this.#version = head.version;
    if (head.version === this.#version) return false;
    const present = await readFileBytes(this.path);
    if (isFault(present) || (await hashBytes(present.bytes)) === this.#hash) return false;
    if (this.#state.status === 'saved') return true;
    this.#change({ conflict: true });
    return false;
  }

  #change(part: Partial<TextFileState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener();
  }
}
