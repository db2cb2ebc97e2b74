/** Branded identifiers: a bare string never passes for one. Casts live in parsers and in these constructors alone. */
type Branded<Name extends string> = string & { readonly __id: Name };

/** Stable id of a cell: the nbformat 4.5 `id` where the file has one, else an id that lives only in the document. */
export type CellId = Branded<'Cell'>;
/** Opaque id of an opened notebook; survives renames. */
export type NotebookId = Branded<'Notebook'>;
/** Identity of one CRDT history of a notebook. Two epochs are never merged. */
export type EpochId = Branded<'Epoch'>;
/** One binding of a notebook to one kernel. */
export type SessionId = Branded<'Session'>;
/** One execution of one cell in one session. */
export type RunId = Branded<'Run'>;
/** One question of running code to a person; Jupyter's `msg_id` of its input_request. */
export type InputId = Branded<'Input'>;
/** Made by whoever asks for runs, one per press: the same request sent twice is answered twice and carried out once. */
export type RequestId = Branded<'Request'>;
/** The gateway's own id of a kernel process. */
export type KernelId = Branded<'Kernel'>;
/** A server that starts kernels, as registered here. `local` is the embedded one. */
export type GatewayId = Branded<'Gateway'>;
/** A cluster that was launched from here, or attached. */
export type ClusterId = Branded<'Cluster'>;
/** A gateway's own name of one of its terminals. */
export type TerminalName = Branded<'Terminal'>;
export type PrincipalId = Branded<'Principal'>;
export type WorkspaceId = Branded<'Workspace'>;

export const cellId = (value: string): CellId => value as CellId;
export const notebookId = (value: string): NotebookId => value as NotebookId;
export const epochId = (value: string): EpochId => value as EpochId;
export const sessionId = (value: string): SessionId => value as SessionId;
export const runId = (value: string): RunId => value as RunId;
export const inputId = (value: string): InputId => value as InputId;
export const requestId = (value: string): RequestId => value as RequestId;
export const kernelId = (value: string): KernelId => value as KernelId;
export const gatewayId = (value: string): GatewayId => value as GatewayId;
export const clusterId = (value: string): ClusterId => value as ClusterId;
export const terminalName = (value: string): TerminalName => value as TerminalName;
export const principalId = (value: string): PrincipalId => value as PrincipalId;
export const workspaceId = (value: string): WorkspaceId => value as WorkspaceId;
