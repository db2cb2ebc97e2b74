import { expect } from 'vitest';
import { PageDocuments, type DocumentLease } from '#lib/client/document/page-documents.ts';
import { NotebookResults } from '#lib/client/results/notebook-results.ts';
import { isFault } from '#lib/core/fault.ts';
import type { CellId } from '#lib/core/ids.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { Farfield } from '../farfield-server.ts';
import { askForLink } from '../sign-in-link.ts';
import { NodeConnection, type LineOptions } from './node-connection.ts';

const inNode = {
  nextFrame: (then: () => void) => {
    const timer = setTimeout(then, 16);
    return () => clearTimeout(timer);
  },
  after: (ms: number, then: () => void) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};

/** A signed-in browser without a screen: the page's own document, results and line, and the API. */
export class BareBrowser {
  readonly #server: () => Farfield;
  readonly #cookie: string;

  private constructor(server: () => Farfield, cookie: string) {
    this.#server = server;
    this.#cookie = cookie;
  }

  /** `server` is asked anew each time: it may be another process by then, on the same port. */
  static async signIn(server: () => Farfield): Promise<BareBrowser> {
    const { origin, place } = server();
    const code = (await askForLink(place.home)).split('#code=')[1] ?? '';
    const answer = await fetch(`${origin}/api/v1/sign-in`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin },
      body: JSON.stringify({ code }),
    });
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
    if (!answer.ok || cookie === undefined) throw new Error(`signing in failed: ${await answer.text()}`);
    return new BareBrowser(server, cookie);
  }

  /** Calls the API; throws what is not a success. */
  async call<Reply = unknown>(method: string, path: string, body?: object): Promise<Reply> {
    const { origin } = this.#server();
    const answer = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', Origin: origin, Cookie: this.#cookie },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(`${method} ${path}: ${answer.status} ${text}\n${this.#server().output.slice(-2_000)}`);
    return (text === '' ? null : JSON.parse(text)) as Reply;
  }

  /** Binds a notebook to a new kernel of a gateway. */
  async startKernel(path: string, gatewayId = 'local', kernelName = 'farfield-python'): Promise<void> {
    await this.call('POST', '/sessions', { path, gatewayId, kernelName });
  }

  /** A tab with one notebook in it. */
  async open(path: string, options: Partial<LineOptions> = {}): Promise<BareTab> {
    const { origin, port } = this.#server();
    const tab = new BareTab(new NodeConnection({ port, origin, cookie: this.#cookie, ...options }), path);
    await tab.whenReady();
    return tab;
  }

  /** A line without a notebook. */
  connect(options: Partial<LineOptions> = {}): NodeConnection {
    const { origin, port } = this.#server();
    return new NodeConnection({ port, origin, cookie: this.#cookie, ...options });
  }
}

export class BareTab implements Disposable {
  readonly line: NodeConnection;
  readonly results: NotebookResults;
  readonly #lease: DocumentLease;

  constructor(line: NodeConnection, path: string) {
    this.line = line;
    this.#lease = new PageDocuments(line, new EventTarget()).open(path);
    this.results = new NotebookResults(line, inNode);
    this.document.onOpened(() => this.#follow());
  }

  get document() {
    return this.#lease.document;
  }

  async whenReady(timeout = 60_000): Promise<void> {
    await expect.poll(() => this.document.getSnapshot().docState, { timeout }).toBe('ready');
    this.#follow();
    await expect.poll(() => this.results.ready(), { timeout }).toBe(true);
  }

  get cellIds(): readonly CellId[] {
    return this.document.cellIds();
  }

  at(index: number): CellId {
    const id = this.cellIds[index];
    if (id === undefined) throw new Error(`there is no cell ${index}`);
    return id;
  }

  source(index: number): string {
    return this.document.content(this.at(index))?.source ?? '';
  }

  /** Types at the end of a cell. */
  type(index: number, text: string): void {
    const shared = this.document.text(this.at(index));
    if (shared === undefined) throw new Error(`cell ${index} has no text`);
    shared.insert(shared.length, text);
  }

  /** Resolves when everything typed so far is acknowledged. */
  async acknowledged(): Promise<void> {
    if (!(await this.document.flushed())) throw new Error('the page let go of its edits');
  }

  async whenSaved(timeout = 60_000): Promise<void> {
    await expect
      .poll(() => this.document.getSnapshot(), { timeout })
      .toMatchObject({ saveState: 'saved', docState: 'ready' });
  }

  async whenRun(index: number, ...states: readonly string[]): Promise<void> {
    await expect
      .poll(() => states.includes(this.runState(index) ?? ''), { timeout: 120_000, message: `cell ${index}` })
      .toBe(true);
  }

  async run(...indices: readonly number[]): Promise<void> {
    const { notebookId } = this.document.getSnapshot();
    if (notebookId === null) throw new Error('the notebook is not open');
    const cellIds = indices.map((index) => this.at(index));
    const stateVector = this.document.stateVector();
    this.document.flush();
    const reply = await this.line.request('run.request', { notebookId, cellIds, stateVector });
    if (isFault(reply)) throw new Error(`${reply.fault}: ${reply.message}`);
  }

  runState(index: number): string | null {
    return this.results.cell(this.at(index)).run?.state ?? null;
  }

  outputs(index: number): readonly Output[] {
    return this.results.cell(this.at(index)).outputs;
  }

  lineCount(index: number): number {
    return this.outputs(index).reduce(
      (sum, output) => sum + (output.output_type === 'stream' ? output.text.split('\n').length - 1 : 0),
      0,
    );
  }

  [Symbol.dispose](): void {
    this.results.stop();
    this.document.discard();
    this.line[Symbol.dispose]();
  }

  #follow(): void {
    const { notebookId } = this.document.getSnapshot();
    if (notebookId === null) return;
    this.results.follow(notebookId);
    this.results.seen(this.cellIds);
  }
}
