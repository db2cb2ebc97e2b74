import type { Fault } from '#lib/core/fault.ts';
import type { KernelId, TerminalName } from '#lib/core/ids.ts';
import type { JsonObject } from '#lib/core/json.ts';
import type { HeardNumbers, MessageNumber, NumberGap } from '#lib/core/kernel/message-numbers.ts';
import type { GpuSample } from '#lib/core/resource/gpu.ts';
import type { KernelExit, MemorySample } from '#lib/core/session/death.ts';
import type { FarKind } from '#lib/protocol/gateway-settings.ts';

/**
 * What every gateway adapter offers. Adapters speak the field's own protocols and know nothing of notebooks, runs or
 * browsers. All calls time out; expected trouble is a `Fault`.
 */
export interface GatewayPort {
  /** One round trip that proves that a Jupyter Server answers and accepts the token. */
  check(): Promise<Fault | { readonly version: string; readonly distanceMs: number }>;
  listSpecs(): Promise<Fault | readonly GatewaySpec[]>;
  listKernels(): Promise<Fault | readonly GatewayKernel[]>;
  /**
   * `folder`: workspace-relative folder of the notebook; a gateway that has no such folder uses its own root. A launch
   * that is called off or runs out of time leaves no kernel behind, as far as the gateway still answers.
   */
  startKernel(
    request: { readonly name: string; readonly folder: string },
    launch?: KernelLaunch,
  ): Promise<Fault | GatewayKernel>;
  findKernel(kernelId: KernelId): Promise<Fault | GatewayKernel | null>;
  interruptKernel(kernelId: KernelId): Promise<Fault | null>;
  restartKernel(kernelId: KernelId): Promise<Fault | null>;
  shutdownKernel(kernelId: KernelId): Promise<Fault | null>;
  /**
   * Joins the one connection to a kernel, which the first to join opens and the last to close ends. `clientId` is the
   * persisted Jupyter session id; while a connection is open its own counts. Reconnects for ever by itself.
   */
  connect(
    kernelId: KernelId,
    clientId: string,
    listener: KernelLinkListener,
    /** What this listener had heard of the kernel in an earlier process of this server: it is told what it lacks. */
    heard?: readonly HeardNumbers[],
  ): KernelLink;
  /** The session id of the open connection to this kernel, which a new session of the same kernel takes over; else null. */
  clientOf(kernelId: KernelId): string | null;
  /** Absent where kernels are processes of another machine. */
  readonly processes?: KernelProcesses | undefined;
  /** Absent where the gateway has none. */
  readonly terminals?: GatewayTerminals | undefined;
}

/** Shells on the machine of a gateway. Where they are switched off, all calls answer `gateway.noTerminals`. */
export interface GatewayTerminals {
  list(): Promise<Fault | readonly GatewayTerminal[]>;
  /** `folder`: workspace-relative; a gateway that has no such folder begins where it does by itself. */
  open(request: { readonly name: TerminalName; readonly folder: string }): Promise<Fault | GatewayTerminal>;
  /** Ends its shell and what runs in it; `terminal.notFound` when that is over already. */
  close(name: TerminalName): Promise<Fault | null>;
  /** Opens a connection of its own, which reconnects for ever by itself, until the shell has ended. */
  connect(name: TerminalName, listener: TerminalLinkListener): TerminalLink;
}

export type GatewayTerminal = {
  readonly name: TerminalName;
  /** ms since 1970; null where the gateway does not say. */
  readonly lastActivity: number | null;
};

export type TerminalLinkListener = {
  /**
   * What the shell wrote, in order. `again`: the first text of a connection, which begins with what the gateway still has
   * of text that it had sent before.
   */
  output(text: string, again: boolean): void;
  /** `ended`: the shell is over, and with it the link; `reason` says why, where that is known. */
  connection(state: 'connecting' | 'connected' | 'reconnecting' | 'ended', reason?: string): void;
};

export interface TerminalLink {
  /** Sends what was typed. False: no socket took it. */
  type(text: string): boolean;
  /** Tells the shell the size of its screen, also that of each socket to come. */
  resize(size: { readonly cols: number; readonly rows: number }): void;
  /** Lets go of the connection; the shell goes on. */
  close(): void;
}

/** What a gateway on this machine knows of the processes behind its kernels. */
export interface KernelProcesses {
  /** Null: no such process, or a system that does not tell. `oomKills`: processes the system ended for lack of memory. */
  memory(kernelId: KernelId): Promise<(Omit<MemorySample, 'at'> & { readonly oomKills: number | null }) | null>;
  /** Null: as above. */
  usage(kernelId: KernelId): Promise<ProcessUsage | null>;
  /** Graphics processors of the machine, as they were told last; null: nothing there tells of any. */
  gpus(): readonly GpuSample[] | null;
  /** How the last process of this kernel that has ended did. `at`: ms since 1970. */
  exit(
    kernelId: KernelId,
  ): Promise<(Omit<KernelExit, 'starved'> & { readonly at: number; readonly oomKills: number | null }) | null>;
}

/** Of a kernel's process and those it started, and of its machine. Times are CPU time since each began, ms; sizes bytes. */
export type ProcessUsage = {
  readonly cpuMs: number;
  readonly memory: number;
  readonly machine: {
    readonly cores: number;
    readonly busyMs: number;
    readonly memory: { readonly used: number; readonly total: number };
  };
};

/** How whoever starts a kernel follows the start, and calls it off. */
export type KernelLaunch = {
  /** Aborted: answers `kernel.startCancelled` at once; a kernel that comes of it all the same is shut down. */
  readonly signal?: AbortSignal | undefined;
  /** What is being waited for, in words for a person. Told again when it changes. */
  readonly onReason?: ((text: string) => void) | undefined;
};

/** A gateway that is reached by an address that somebody typed. */
export interface FarGatewayPort extends GatewayPort {
  /** Asks what it is that answers there. Needs credentials where the gateway says nothing to strangers. */
  identify(): Promise<Fault | { readonly kind: FarKind; readonly version: string; readonly distanceMs: number }>;
  /** Starts what has to run before there can be kernels, and waits for it. Nothing to do where nothing has to. */
  wake(launch?: KernelLaunch): Promise<Fault | null>;
  /** What is known of the way there has changed: links that wait for their next try make it now. */
  hurry(): void;
}

export type GatewaySpec = {
  readonly name: string;
  readonly displayName: string;
  readonly language: string;
  readonly isDefault: boolean;
};

export type GatewayKernel = {
  readonly id: KernelId;
  readonly name: string;
  /** As the gateway says: starting, idle, busy, dead … */
  readonly state: string;
  readonly connections: number;
  /** ms since 1970 */
  readonly lastActivity: number;
};

/** A kernel message as it arrives, parsed. Routed by `parentMsgId`, never by "current cell". */
export type KernelMessage = {
  readonly channel: 'iopub' | 'shell' | 'stdin' | 'control';
  readonly type: string;
  readonly msgId: string;
  readonly parentMsgId: string | null;
  readonly content: unknown;
  /** Its number among the kernel's messages, where the kernel numbers them; null for what the gateway says by itself. */
  readonly number?: MessageNumber | null;
  /** Binary parts, in order. */
  readonly buffers?: readonly DataView[];
};

/** Numbers of the kernel's messages that were passed over. Told again, with the same id, whenever more is known of it. */
export type KernelGap = NumberGap & {
  /** The message that comes next, which made it known; null when it is told again. */
  readonly before: (Pick<KernelMessage, 'type' | 'parentMsgId'> & { readonly isBusy: boolean }) | null;
  /** Known to be of the request that `before` names, and of nobody else. */
  readonly isOfParent?: boolean;
  /** Text of one run goes on after it as before it: nothing else can have used these numbers. */
  readonly amidText: boolean;
};

/** `aside`: on another channel than iopub. `foreign`: others who are connected to the kernel may need what it said. */
export type HowHeard = { readonly aside: boolean; readonly foreign: boolean };

export type KernelLinkListener = {
  /** Called in order of arrival, one at a time. True: it answers a request of this listener, and no one else needs it. */
  message(message: KernelMessage): boolean | void;
  /** The number of a message that is not handed over, since it says nothing about runs; or of the last that others had. */
  heard?(number: MessageNumber, how: HowHeard): void;
  /** Called before the message that reveals it. True: it is of this listener's runs. */
  gap?(gap: KernelGap): boolean | void;
  /** How many others are connected to the kernel: while there are any, the gateway keeps nothing for us when we are away. */
  others?(count: number): void;
  /** A message above the limit was refused, and the connection with it; the next one comes. */
  refused?(message: { readonly mostBytes: number }): void;
  /** `reconnecting`: the socket is down, the kernel's state unknown; `reason` says why, where that is known. */
  connection(state: 'connecting' | 'connected' | 'reconnecting' | 'closed', reason?: string): void;
  /** The kernel's own status, and the gateway's `restarting` and `dead`. `ofOthers`: while it answered somebody else. */
  status(status: 'starting' | 'idle' | 'busy' | 'restarting' | 'dead', ofOthers?: boolean): void;
};

/** What a kernel is asked beside runs. It prints nothing and counts no execution. Places are in Unicode code points. */
export type KernelQuestion =
  | { readonly type: 'complete'; readonly code: string; readonly cursor: number }
  | { readonly type: 'inspect'; readonly code: string; readonly cursor: number; readonly detail: 0 | 1 }
  /** What it takes of its machine, as ipykernel tells it: answered while a cell runs, where the kernel can. */
  | { readonly type: 'usage' }
  /** The last inputs, of this session and those before. */
  | { readonly type: 'history'; readonly count: number }
  /**
   * What a Python expression shows as. Waits its turn on the main shell, behind what runs and before what is sent later;
   * `aside`: is answered while a cell runs, where the kernel can.
   */
  | { readonly type: 'evaluate'; readonly expression: string; readonly aside?: boolean };

export type ExecuteOptions = {
  readonly cellId: string;
  /** Called when it leaves, which may be much later: what is asked within is ahead of it. */
  readonly before?: () => void;
};

export interface KernelLink {
  /** Sends an execute_request under the given message id (which the caller has journaled). Throws never; a lost socket is retried after reconnect. */
  execute(msgId: string, code: string, options: ExecuteOptions): void;
  /**
   * Asks the kernel something that is no run. Answers the content of its reply, or a fault: it is busy and can answer
   * nothing beside what it runs, or said nothing within `limitMs`. A later answer is dropped.
   */
  ask(question: KernelQuestion, limitMs: number): Promise<Fault | JsonObject>;
  /**
   * Sends an input_reply to code that waits for one. False: no socket took it. `inputId` is the message id of the
   * input_request, which an earlier process may have received.
   */
  answer(inputId: string, text: string): boolean;
  /** Lets go of the connection, and of a request that has not left yet; the kernel goes on. */
  close(): void;
  /**
   * As `close`, in order: what the gateway had sent before it knew is still told, and it keeps the rest for who comes
   * next under the same session id. Resolves when it is over, within seconds.
   */
  leave(): Promise<void>;
}

/** Whom to believe about who answers, in the words of Node's TLS. One object per setting: connections are kept by it. */
export type TlsTrust = {
  /** PEM certificates of all trusted authorities; absent: the usual ones. */
  readonly ca?: string[];
  /** False: any certificate is taken. */
  readonly rejectUnauthorized: boolean;
};

/** Where a gateway is and what lets us in: one for requests and sockets. */
export type GatewayEndpoint = {
  /** Ends with a slash; holds no credentials. */
  readonly baseUrl: string;
  /** The credentials, as headers: they are never part of a URL. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls?: TlsTrust;
  /** Told whether these headers were accepted. True: there are others by now, which are worth one more try. */
  readonly answered?: (accepted: boolean) => Promise<boolean>;
};

/** An endpoint that is entered with a Jupyter token; '' for none. */
export function tokenEndpoint(baseUrl: string, token: string): GatewayEndpoint {
  return { baseUrl, headers: token === '' ? {} : { Authorization: `token ${token}` } };
}

/** Asked before every use: a port, a token and what is trusted may change while links are open. */
export type FindEndpoint = () => Promise<Fault | GatewayEndpoint>;

export type GuardedFetch = (url: URL, init?: RequestInit & { readonly tls?: TlsTrust }) => Promise<Response>;

/** What the port hands to its adapters: the only way out of the process. */
export type GatewayEffects = {
  /** fetch that passes the outbound guard, pins the resolved address and follows no redirect. */
  readonly fetch: GuardedFetch;
  /** Guarded DNS lookup for WebSockets to a URL (`ws` option `lookup`); refuses what the guard refuses. */
  readonly lookupFor: (url: URL) => import('node:net').LookupFunction;
  /** Checks a URL before use (IP literals never reach the lookup). */
  readonly checkUrl: (url: URL) => Promise<Fault | null>;
};
