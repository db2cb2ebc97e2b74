import type { Connection } from '#lib/client/connection-port.ts';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { NotebookResults } from '#lib/client/results/notebook-results.ts';
import { isFault, type Fault } from '#lib/core/fault.ts';
import type { NotebookId, RunId, SessionId } from '#lib/core/ids.ts';
import type { Run, SessionState } from '#lib/core/session/state.ts';

type Of = { readonly notebookId: NotebookId; readonly sessionId: SessionId };

/** What waits in the session where this notebook's cells run, as this page knows it, and what the server is asked about it. */
export class NotebookQueue {
  readonly #connection: Connection;
  readonly #document: NotebookDocument;
  readonly #results: NotebookResults;

  constructor(connection: Connection, document: NotebookDocument, results: NotebookResults) {
    this.#connection = connection;
    this.#document = document;
    this.#results = results;
  }

  session(): SessionState | null {
    return this.#results.sessions()[0] ?? null;
  }

  /** In the order in which they will run. */
  waiting(): readonly Run[] {
    const { runs } = this.#results.state();
    return (this.session()?.queue ?? []).flatMap((id) => runs.get(id) ?? []);
  }

  /** What is listed runs first, in this order. */
  reorder(runIds: readonly RunId[]): Promise<Fault | null> {
    return this.#ask((of) => this.#connection.request('queue.reorder', { ...of, runIds: [...runIds] }));
  }

  hold(): Promise<Fault | null> {
    return this.#ask((of) => this.#connection.request('queue.hold', of));
  }

  release(): Promise<Fault | null> {
    return this.#ask((of) => this.#connection.request('queue.release', of));
  }

  stopOnError(stop: boolean): Promise<Fault | null> {
    return this.#ask((of) => this.#connection.request('queue.stopOnError', { ...of, stop }));
  }

  /** Takes runs that wait out of the queue. */
  cancel(runIds: readonly RunId[]): Promise<Fault | null> {
    return this.#ask(({ notebookId }) => this.#connection.request('run.cancel', { notebookId, runIds: [...runIds] }));
  }

  async #ask(send: (of: Of) => Promise<unknown>): Promise<Fault | null> {
    const { notebookId } = this.#document.getSnapshot();
    const session = this.session();
    if (notebookId === null || session === null) return null;
    const answer = await send({ notebookId, sessionId: session.binding.id });
    return isFault(answer) ? answer : null;
  }
}
