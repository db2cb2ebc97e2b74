import { callApi } from '#lib/client/api.ts';
import type { Connection } from '#lib/client/connection-port.ts';
import type { NotebookDocument } from '#lib/client/document/notebook-document.ts';
import type { NotebookResults } from '#lib/client/results/notebook-results.ts';
import type { Fault } from '#lib/core/fault.ts';
import { fault, isFault } from '#lib/core/fault.ts';
import type { CellId, InputId, RunId, SessionId } from '#lib/core/ids.ts';
import { gatewayId, requestId } from '#lib/core/ids.ts';
import type { Launch } from '#lib/core/kernel/launch.ts';
import type { NotebookRunState } from '#lib/core/session/state.ts';
import { chooseKernel } from './choose-kernel.ts';
import { sendAgain } from './send-again.ts';

const mostAsked = 100_000;
const localGateway = gatewayId('local');

/** What running may come to. `choose`: a person has to say where. `again`: runs what was left out, when that is meant. */
export type RunTrouble = {
  readonly fault: Fault;
  readonly choose: boolean;
  readonly again?: () => Promise<RunTrouble | null>;
};

/**
 * Runs cells of one notebook and controls its kernel. Starting a kernel is part of the first run: the notebook's own
 * choice on this machine, where there is one.
 */
export class NotebookRunner {
  readonly #connection: Connection;
  readonly #document: NotebookDocument;
  readonly #results: NotebookResults;
  /** Runs that this page asked for, in that order. */
  readonly #asked = new Set<RunId>();
  /** One start for all who ask at once. */
  #starting: Promise<RunTrouble | null> | null = null;

  constructor(connection: Connection, document: NotebookDocument, results: NotebookResults) {
    this.#connection = connection;
    this.#document = document;
    this.#results = results;
  }

  session(): SessionId | null {
    return this.#results.state().sessions.keys().next().value ?? null;
  }

  /** The cell whose code runs now; null when none does. */
  runningCell(): CellId | null {
    const { sessions, runs } = this.#results.state();
    for (const { running } of sessions.values()) {
      const run = running === null ? undefined : runs.get(running);
      if (run !== undefined) return run.cellId;
    }
    return null;
  }

  /**
   * Runs code cells by id, in the given order. Answers what is in the way, or null. `again`: also cells that are running
   * as they are, once more afterwards.
   */
  async run(cellIds: readonly CellId[], again = false): Promise<RunTrouble | null> {
    const id = this.#document.getSnapshot().notebookId;
    if (id === null) return trouble(fault('notebook.notOpen', 'The notebook is not open yet.'));
    if (cellIds.length === 0) return null;
    if (this.session() === null) {
      this.#starting ??= this.#start().finally(() => {
        this.#starting = null;
      });
      const blocked = await this.#starting;
      if (blocked !== null) return blocked;
    }
    // One per press: however often it is sent, it is carried out once.
    const press = requestId(crypto.randomUUID());
    const answer = await sendAgain(this.#connection, () => {
      // The server reads the sources from its own document: it must have what is on this screen.
      this.#document.flush();
      return this.#connection.request('run.request', {
        notebookId: this.#document.getSnapshot().notebookId ?? id,
        cellIds: [...cellIds],
        stateVector: this.#document.stateVector(),
        requestId: press,
        again,
      });
    });
    if (!isFault(answer)) {
      this.#remember(answer.runIds);
      const left = answer.alreadyRunning;
      if (left.length === 0) return null;
      const words =
        left.length === cellIds.length
          ? 'Already running. Changed nothing.'
          : 'The cell that runs already was not queued again; the others were.';
      return { ...trouble(fault('run.alreadyRunning', words)), again: () => this.run(left, true) };
    }
    return { fault: answer, choose: answer.fault === 'session.none' || answer.fault === 'kernel.dead' };
  }

  state(): NotebookRunState {
    return this.#results.state();
  }

  /** Whether `state` follows what happens now. */
  hearsResults(): boolean {
    return this.#results.following();
  }

  /** Tells running code what it asked for. */
  async answer(runId: RunId, inputId: InputId, text: string): Promise<RunTrouble | null> {
    const id = this.#document.getSnapshot().notebookId;
    if (id === null) return trouble(fault('notebook.notOpen', 'The notebook is not open yet.'));
    return troubleOf(await this.#connection.request('input.answer', { notebookId: id, runId, inputId, text }));
  }

  /** Whether this page asked for the run. */
  owns(id: RunId): boolean {
    return this.#asked.has(id);
  }

  async clearOutputs(cellIds: readonly CellId[] | null): Promise<RunTrouble | null> {
    const id = this.#document.getSnapshot().notebookId;
    if (id === null) return null;
    return troubleOf(
      await this.#connection.request('results.clear', {
        notebookId: id,
        ...(cellIds === null ? {} : { cellIds: [...cellIds] }),
      }),
    );
  }

  async interrupt(): Promise<RunTrouble | null> {
    const id = this.session();
    return id === null ? null : troubleOf(await callApi('interruptSession', { params: { id } }));
  }

  /** Stops this run and no other: one that has ended meanwhile is left alone. */
  async interruptRun(id: RunId): Promise<RunTrouble | null> {
    const { path } = this.#document.getSnapshot();
    return troubleOf(await callApi('cancelRun', { params: { id }, query: { path } }));
  }

  async restart(): Promise<RunTrouble | null> {
    const session = this.#results.state().sessions.values().next().value;
    if (session === undefined) return null;
    const { id, gatewayId: place, kernelName } = session.binding;
    const answer = await callApi('restartSession', { params: { id } });
    if (!isFault(answer) || answer.fault !== 'kernel.notFound') return troubleOf(answer);
    // Its gateway was stopped meanwhile: a new one of the same kind in the same place is what a restart would have given.
    const { path } = this.#document.getSnapshot();
    return troubleOf(await callApi('startSession', { body: { path, gatewayId: place, kernelName } }));
  }

  /** The start of a kernel that is under way, or failed. */
  launch(): Launch | null {
    return this.#results.launch();
  }

  async cancelLaunch(): Promise<RunTrouble | null> {
    const id = this.#document.getSnapshot().notebookId;
    return id === null ? null : troubleOf(await this.#connection.request('kernel.launchCancel', { notebookId: id }));
  }

  async shutDown(): Promise<RunTrouble | null> {
    const id = this.session();
    return id === null ? null : troubleOf(await callApi('endSession', { params: { id } }));
  }

  /** Runs again what had run in the kernel that died. */
  async replay(): Promise<RunTrouble | null> {
    const id = this.session();
    return id === null ? null : troubleOf(await callApi('replaySession', { params: { id } }));
  }

  async dismissDeath(): Promise<RunTrouble | null> {
    const id = this.session();
    return id === null ? null : troubleOf(await callApi('dismissDeath', { params: { id } }));
  }

  #remember(runIds: readonly RunId[]): void {
    for (const id of runIds) this.#asked.add(id);
    // The oldest go first; a notebook has at most this many cells in a queue.
    for (const oldest of this.#asked) {
      if (this.#asked.size <= mostAsked) break;
      this.#asked.delete(oldest);
    }
  }

  async #start(): Promise<RunTrouble | null> {
    const found = await callApi('listKernels');
    if (isFault(found)) return trouble(found);
    const place = found.places.find(({ gateway }) => gateway.id === localGateway);
    if (
      place === undefined ||
      place.state === 'unavailable' ||
      place.state === 'unreachable' ||
      place.state === 'refused'
    ) {
      const reason =
        place?.fault ??
        fault(
          'gateway.unavailable',
          'No kernel can be started on this machine.',
          'Choose where this notebook should run.',
        );
      return { fault: reason, choose: true };
    }
    const spec = chooseKernel(place.kernelspecs, this.#document.metadata());
    if (spec === null) {
      return {
        fault: fault(
          'session.none',
          'This machine has no kernel for the language of this notebook.',
          'Choose where it should run.',
        ),
        choose: true,
      };
    }
    // This page may not have heard of a session that the notebook has by now: that one is kept.
    const { path } = this.#document.getSnapshot();
    const started = await callApi('startSession', {
      body: { path, gatewayId: localGateway, kernelName: spec.name, unlessBound: true },
    });
    return troubleOf(started);
  }
}

const trouble = (value: Fault): RunTrouble => ({ fault: value, choose: false });
const troubleOf = (answer: unknown): RunTrouble | null => (isFault(answer) ? trouble(answer) : null);
