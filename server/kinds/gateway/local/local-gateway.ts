import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { endProcess, readLogTail, untilDead } from '#server/process/detached-process.ts';
import { isAlive, listDescendants } from '#server/process/process-identity.ts';
import { findEnvironments, inspect, writeKernelspecs } from './environments.ts';
import {
  readRecord,
  removeRecord,
  runtimeFolderOf,
  spawnJupyterServer,
  type JupyterServerRecord,
} from './jupyter-server.ts';
import { LocalProcesses } from './local-processes.ts';

/**
 * The embedded gateway: one `jupyter_server` on loopback, kept alive for as long as this server runs. It is a process of
 * its own session, so a crash of ours leaves it and its kernels running, and the next server adopts it. Writes
 * `<home>/gateway/`; read by the service that hands its endpoint to the Jupyter adapter.
 */
export type LocalGatewayOptions = {
  readonly homeFolder: string;
  readonly workspaceFolder: string;
  /** Folder that holds the environments `gateway` and `python`. */
  readonly venvs: string;
  readonly log: (line: string) => void;
  readonly env?: Readonly<Record<string, string | undefined>>;
};

export type Endpoint = { readonly baseUrl: string; readonly token: string };

const answerLimitMs = 60_000;
const shutdownLimitMs = 12_000;
const termLimitMs = 3_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** A gateway that lived this long was well: its next pause is the shortest again. */
const wellAfterMs = 60_000;

export class LocalGateway {
  readonly #options: LocalGatewayOptions;
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #stopping = new AbortController();
  #state = Promise.withResolvers<Fault | Endpoint>();
  #record: JupyterServerRecord | null = null;
  #loop: Promise<void> | null = null;

  constructor(options: LocalGatewayOptions) {
    this.#options = options;
    this.#folder = join(options.homeFolder, 'gateway');
    this.#env = options.env ?? process.env;
  }

  /** What is known of the processes of its kernels. */
  processes(): LocalProcesses {
    let folder: string | null = null;
    return new LocalProcesses(() => (folder ??= runtimeFolderOf(this.#folder)));
  }

  /** Begins to find or start the gateway and to keep it running; returns at once. */
  run(): void {
    this.#loop ??= this.#supervise().catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.log(`local gateway: ${reason}`);
      this.#settle(fault('gateway.unavailable', `The local gateway cannot run: ${reason}.`));
    });
  }

  /** Where the gateway answers, as soon as it does. `gateway.unavailable` says what is missing and what mends it. */
  async endpoint(): Promise<Fault | Endpoint> {
    return this.#state.promise;
  }

  /** Ends the gateway and its kernels. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#settle(fault('server.stopping', 'The server is stopping.'));
    if (this.#record !== null) await this.#end(this.#record);
    await this.#loop;
  }

  async #supervise(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!this.#stopping.signal.aborted) {
      const startedAt = performance.now();
      const running = await this.#findOrStart();
      if (this.#stopping.signal.aborted) return;
      if (isFault(running)) {
        this.#options.log(`local gateway: ${running.message}`);
        this.#settle({ ...running, retryAfterMs: pauseMs });
      } else {
        this.#settle({ baseUrl: baseUrlOf(running.record), token: running.record.token });
        await running.ended;
        if (this.#stopping.signal.aborted) return;
        this.#record = null;
        this.#state = Promise.withResolvers();
        this.#options.log(`local gateway: process ${running.record.pid} ended; starting another`);
        if (performance.now() - startedAt > wellAfterMs) pauseMs = firstPauseMs;
      }
      await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }

  async #findOrStart(): Promise<Fault | { readonly record: JupyterServerRecord; readonly ended: Promise<void> }> {
    const defaultKernel = this.#offerEnvironments();
    const found = await this.#adopt();
    if (found !== null) return { record: found, ended: this.#watch(found) };
    const python = join(this.#options.venvs, 'gateway', 'bin', 'python');
    if (!existsSync(python)) return missingFault(this.#options.venvs);
    const place = { folder: this.#folder, python, workspaceFolder: this.#options.workspaceFolder, defaultKernel };
    const started = await spawnJupyterServer(place, this.#env);
    this.#record = started.record;
    if (this.#stopping.signal.aborted) {
      await this.#end(started.record);
      return fault('server.stopping', 'The server is stopping.');
    }
    if (await this.#answers(started.record)) {
      this.#options.log(`local gateway: process ${started.record.pid} answers on port ${started.record.port}`);
      return started;
    }
    const isHung = isAlive(started.record);
    await this.#end(started.record);
    this.#record = null;
    const why = isHung ? `did not answer within ${answerLimitMs / 1000} s` : 'ended at once';
    const log = readLogTail(join(this.#folder, 'local.log'));
    return fault(
      'gateway.unavailable',
      `The local gateway ${why}.${log === '' ? '' : ` Its last lines: ${log}`}`,
      `Its log is ${join(this.#folder, 'local.log')}. To build it anew: rm -rf ${this.#options.venvs}/gateway, then npm start`,
    );
  }

  /** The gateway that an earlier server process left running, when it is alive, answers, and serves this workspace. */
  async #adopt(): Promise<JupyterServerRecord | null> {
    const record = readRecord(this.#folder);
    if (record === null) return null;
    if (!isAlive(record)) {
      removeRecord(this.#folder);
      return null;
    }
    this.#record = record;
    if (sameFolder(record.workspaceFolder, this.#options.workspaceFolder) && (await this.#answers(record))) {
      this.#options.log(`local gateway: found process ${record.pid} of ${record.started} still running`);
      return record;
    }
    this.#options.log(
      `local gateway: process ${record.pid} serves ${record.workspaceFolder} or does not answer; ending it`,
    );
    await this.#end(record);
    this.#record = null;
    return null;
  }

  /** Writes the kernelspecs of all environments; answers the name of the default one. */
  #offerEnvironments(): string | null {
    const { venvs, workspaceFolder } = this.#options;
    const prefixes = ['gateway', 'python'].map((name) => join(venvs, name));
    const found = findEnvironments({
      userHome: this.#env['HOME'] ?? homedir(),
      workspaceFolder,
      env: this.#env,
      own: prefixes,
    });
    for (const environment of found) {
      if (environment.hasIpykernel) continue;
      this.#options.log(`${environment.prefix} is not offered as a kernel; to add it: ${environment.addIpykernel}`);
    }
    const own = inspect('venv', join(venvs, 'python'), 'Farfield');
    return writeKernelspecs(join(this.#folder, 'data', 'kernels'), own, found);
  }

  /** Asks until the process accepts its token, ends, or the limit is over. */
  async #answers(record: JupyterServerRecord): Promise<boolean> {
    const deadline = performance.now() + answerLimitMs;
    while (performance.now() < deadline && isAlive(record) && !this.#stopping.signal.aborted) {
      const reply = await ask(record, 'GET', 'api/status', 5_000);
      if (reply?.status === 200) return true;
      // Another process has the port: ours will end by itself, or answers never.
      if (reply?.status === 403 || reply?.status === 401) return false;
      await sleep(100, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
    return false;
  }

  /** Ends when an adopted process does: it is no child of ours, so it has to be looked at. */
  async #watch(record: JupyterServerRecord): Promise<void> {
    while (isAlive(record) && !this.#stopping.signal.aborted) {
      await sleep(500, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  async #end(record: JupyterServerRecord): Promise<void> {
    const kernels = listDescendants(record.pid);
    if (isAlive(record)) {
      const reply = await ask(record, 'POST', 'api/shutdown', shutdownLimitMs);
      if (reply?.ok === true) await untilDead(record, shutdownLimitMs);
    }
    await endProcess(record, termLimitMs, kernels);
    removeRecord(this.#folder);
  }

  #settle(value: Fault | Endpoint): void {
    this.#state.resolve(value);
    // An answer given before (a fault of the last try) is replaced for those who ask from now on.
    this.#state = Promise.withResolvers();
    this.#state.resolve(value);
  }
}

const missingSchema = z.object({ message: z.string(), hint: z.string() });

/** What the set-up found missing, in its own words. */
function missingFault(venvs: string): Fault {
  try {
    const missing = missingSchema.parse(JSON.parse(readFileSync(join(venvs, 'missing.json'), 'utf8')));
    return fault('gateway.unavailable', missing.message, missing.hint);
  } catch {
    return fault(
      'gateway.unavailable',
      `The environment of the local gateway is missing in ${venvs}.`,
      'Stop the server and run npm start: it sets it up, or says what it needs.',
    );
  }
}

function baseUrlOf(record: JupyterServerRecord): string {
  return `http://127.0.0.1:${record.port}/`;
}

async function ask(
  record: JupyterServerRecord,
  method: string,
  path: string,
  limitMs: number,
): Promise<Response | null> {
  try {
    const response = await fetch(new URL(path, baseUrlOf(record)), {
      method,
      headers: { authorization: `token ${record.token}` },
      redirect: 'manual',
      signal: AbortSignal.timeout(limitMs),
    });
    await response.arrayBuffer();
    return response;
  } catch {
    return null; // not listening yet, or gone, or silent: the caller looks at the process
  }
}

function sameFolder(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false; // one of them is gone
  }
}
