import type { Principal } from '#lib/core/access/decide.ts';
import type { Fault } from '#lib/core/fault.ts';
import type { ClusterId, NotebookId, PrincipalId } from '#lib/core/ids.ts';
import type { ClusterView } from '#lib/protocol/http/clusters.ts';
import type { SignIn } from './auth/sign-in.ts';
import type { OpenedText } from './document/parse-file.ts';
import type { ClusterTemplates } from './cluster/cluster-templates.ts';
import type { Clusters } from './cluster/clusters.ts';
import type { StartTimes } from './cluster/start-times.ts';
import type { DocumentRoom } from './document/room.ts';
import type { Rooms } from './document/rooms.ts';
import type { Gateways } from './gateway/gateways.ts';
import type { Doors } from './http/access.ts';
import type { LedgerQuery } from './ledger/ledger-query.ts';
import type { Resources } from './resource/resources.ts';
import type { SessionHost } from './session/session-host.ts';
import type { SettingsStore } from './settings/settings.ts';
import type { Uploads } from './storage/uploads.ts';
import type { Terminals } from './terminal/terminals.ts';
import type { Workspace } from './storage/workspace.ts';

/** A notebook that is open on the server: who writes its sources, and who its results. */
export type OpenNotebook = { readonly room: DocumentRoom; readonly host: SessionHost };

/** Every service of the process; built once by services.ts, and passed to those who use it. */
export type Services = {
  readonly version: string;
  readonly doors: Doors;
  readonly signIn: SignIn;
  readonly gateways: Gateways;
  readonly terminals: Terminals;
  readonly clusters: Clusters;
  readonly clusterTemplates: ClusterTemplates;
  readonly clusterStarts: StartTimes;
  /** Notebooks whose kernels are told of a cluster. */
  readonly boundTo: (id: ClusterId) => ClusterView['notebooks'];
  readonly resources: Resources;
  readonly workspace: Workspace;
  readonly uploads: Uploads;
  readonly rooms: Rooms;
  readonly history: LedgerQuery;
  readonly settings: SettingsStore;
  readonly hosts: ReadonlyMap<NotebookId, SessionHost>;
  /** Opens a notebook, or what can be shown of a file that is none. */
  readonly openDocument: (path: string) => Promise<OpenNotebook | OpenedText | Fault>;
  /** Opens a notebook; a file that is none is a fault. */
  readonly openNotebook: (path: string) => Promise<OpenNotebook | Fault>;
  readonly authorOf: (principal: Principal) => PrincipalId;
  readonly announceFolders: (...folders: readonly string[]) => void;
  readonly dropSignedOut: () => Promise<void>;
  /** A fresh one-time sign-in link. */
  readonly mintLink: () => string;
  readonly runningCells: () => number;
  /** Saves and closes everything. `keepKernels`: the embedded gateway and the clusters that were launched go on and are found again at the next start. */
  readonly stop: (options: { readonly keepKernels: boolean }) => Promise<void>;
};
