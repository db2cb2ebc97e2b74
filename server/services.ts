import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, Server } from 'node:http';
import type { LookupFunction } from 'node:net';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { type Fault, fault, isFault } from '#lib/core/fault.ts';
import { clusterKindSchema } from '#lib/core/cluster/kind.ts';
import { clusterManifests } from '#lib/kinds/cluster/manifest.ts';
import { gatewayManifests } from '#lib/kinds/gateway/manifest.ts';
import { type NotebookId, principalId, workspaceId } from '#lib/core/ids.ts';
import { Seal } from './auth/seal.ts';
import { ControlSocket } from './auth/control-socket.ts';
import { SignIn } from './auth/sign-in.ts';
import { askThrough } from './cluster/ask-cluster.ts';
import { atMostEvery } from './cluster/at-most.ts';
import { ClusterTemplates } from './cluster/cluster-templates.ts';
import { Clusters, type ConnectCluster } from './cluster/clusters.ts';
import { engineEnvironments } from './cluster/engine-environments.ts';
import { StartTimes } from './cluster/start-times.ts';
import type { Config } from './config.ts';
import { migrate } from './db/migrate.ts';
import type { Database } from './db/schema.ts';
import { openSqlite } from './db/sqlite.ts';
import { DocumentRoom } from './document/room.ts';
import { Rooms } from './document/rooms.ts';
import { Gateways } from './gateway/gateways.ts';
import type { Home } from './home.ts';
import { cookieName, type Doors, readCookie } from './http/access.ts';
import { fileHandlers } from './http/handlers/files.ts';
import { gatewayHandlers } from './http/handlers/gateways.ts';
import { historyHandlers } from './http/handlers/history.ts';
import { imageHandlers } from './http/handlers/images.ts';
import { outputTextHandlers } from './http/handlers/output-text.ts';
import { kernelHandlers } from './http/handlers/kernels.ts';
import { queueHandlers } from './http/handlers/queues.ts';
import { runHandlers } from './http/handlers/runs.ts';
import { serverHandlers } from './http/handlers/server.ts';
import { settingsHandlers } from './http/handlers/settings.ts';
import { terminalHandlers as terminalRoutes } from './http/handlers/terminals.ts';
import { uploadHandlers } from './http/handlers/uploads.ts';
import { clusterLogHandlers } from './http/handlers/cluster-logs.ts';
import { clusterTemplateHandlers } from './http/handlers/cluster-templates.ts';
import { clusterHandlers } from './http/handlers/clusters.ts';
import { OutboundGuard, portOf } from './http/outbound-guard.ts';
import { Pages } from './http/pages.ts';
import { ApiRouter } from './http/router.ts';
import { JupyterGateway } from './kinds/gateway/jupyter/adapter.ts';
import { tokenEndpoint } from './kinds/gateway/port.ts';
import { clusterAdapters } from './kinds/cluster/registry.ts';
import { LocalGateway } from './kinds/gateway/local/local-gateway.ts';
import { LocalProvider } from './kinds/provider/local/local-provider.ts';
import { HistoryRetention } from './ledger/history-retention.ts';
import { Ledger } from './ledger/ledger.ts';
import { LedgerQuery } from './ledger/ledger-query.ts';
import { installBridge } from './next-bridge.ts';
import { pageBridge } from './page-bridge.ts';
import { Resources } from './resource/resources.ts';
import { keptNamesFile } from './session/file-outputs.ts';
import { IdleCuller } from './session/idle-culler.ts';
import { realEffects } from './session/session-effects.ts';
import { SessionHost } from './session/session-host.ts';
import { SettingsStore } from './settings/settings.ts';
import { resourceHandlers } from './socket/resource-handlers.ts';
import { socketHandlers } from './socket/handlers.ts';
import { SocketServer } from './socket/socket-server.ts';
import { terminalHandlers } from './socket/terminal-handlers.ts';
import type { Services } from './service-set.ts';
import { BlobStore } from './storage/blob-store.ts';
import { seedWorkspace } from './storage/seed.ts';
import { BlobSweep, namesInFolders } from './storage/sweep-blobs.ts';
import { Uploads } from './storage/uploads.ts';
import { Workspace } from './storage/workspace.ts';
import { Terminals } from './terminal/terminals.ts';

const theWorkspace = workspaceId('default');

type Ground = { readonly config: Config; readonly home: Home; readonly server: Server; readonly port: number };

/** The services, and the two doors that the process opens to them. */
export type Built = { readonly services: Services; readonly api: ApiRouter; readonly pages: Pages };

/** Builds and starts every service, in order of need. A fault is wrong input; what throws is a broken state folder. */
export async function buildServices({ config, home, server, port }: Ground): Promise<Built | Fault> {
  if (config.workspaceIsDefault) {
    const seeded = await seedWorkspace(config.workspaceFolder, join(config.projectFolder, 'examples'));
    if (isFault(seeded)) return seeded;
  }
  const version = (JSON.parse(readFileSync(join(config.projectFolder, 'package.json'), 'utf8')) as { version: string })
    .version;
  const doors: Doors = { port };
  const db = await openDatabase(join(home.folder, 'farfield.db'));
  if (isFault(db)) return db;
  const signIn = new SignIn(db, theWorkspace);
  const seal = new Seal(join(home.folder, 'seal.key'));
  const local = new LocalGateway({
    homeFolder: home.folder,
    workspaceFolder: config.workspaceFolder,
    venvs: config.venvsFolder,
    log: (line) => console.warn(line),
  });
  const ownPorts = new Set([port]);
  const guard = new OutboundGuard({
    allowLoopback: true,
    allowedNetworks: config.allowedNetworks,
    ownPorts: () => [...ownPorts, ...clusters.ownPorts()],
  });
  const gateways = new Gateways({
    db,
    workspaceId: theWorkspace,
    seal,
    connect: ({ kind, endpoint }) => {
      const { checkUrl, fetch } = guard;
      const lookupFor = (url: URL): LookupFunction => guard.lookupFor(portOf(url));
      return new JupyterGateway(endpoint, { checkUrl, fetch, lookupFor }, { manifest: () => gatewayManifests[kind()] });
    },
    local: localPort(local, ownPorts, config.workspaceFolder),
    events: {
      changed: () => sockets.broadcast('gateways.changed', {}),
      log: (line) => console.warn(line),
    },
    effects: { fetch: guard.fetch, now: () => Date.now(), ticks: () => performance.now() },
  });
  await gateways.run();
  local.run();
  const clusterStarts = new StartTimes(db, theWorkspace);
  const hosts = new Map<NotebookId, SessionHost>();
  const boundTo: Services['boundTo'] = (id) =>
    [...hosts.values()]
      .flatMap((host) => host.views())
      .filter(({ cluster }) => cluster?.id === id)
      .map(({ path, id: sessionId }) => ({ path, sessionId }));
  const clusters = new Clusters({
    db,
    workspaceId: theWorkspace,
    seal,
    provider: new LocalProvider({
      folder: join(home.folder, 'clusters'),
      effects: {
        ensureEngine: engineEnvironments(config.projectFolder, config.venvsFolder),
        now: () => Date.now(),
        log: (line) => console.warn(line),
      },
    }),
    spoken: clusterKindSchema.options.filter((kind) => clusterAdapters[kind] !== undefined),
    connect: connectClusters(guard),
    startTimes: clusterStarts,
    boundTo,
    self: principalId('server'),
    events: {
      changed: atMostEvery(300, () => sockets.broadcast('clusters.changed', {})),
      log: (line) => console.warn(line),
    },
    effects: { now: () => Date.now(), randomId: randomUUID },
  });
  const clusterTemplates = new ClusterTemplates({
    db,
    workspaceId: theWorkspace,
    seal,
    clusters,
    startTimes: clusterStarts,
    randomId: randomUUID,
  });
  const resources = new Resources({
    host: (id) => [...hosts.values()].find((host) => host.state().sessions.has(id)),
    gateways,
    clusters,
    notebooks: (id) => boundTo(id).map(({ path }) => path),
    now: () => Date.now(),
  });
  const terminals = new Terminals({ gateways, changed: () => sockets.broadcast('terminals.changed', {}) });

  const trash = join(home.folder, 'trash');
  mkdirSync(trash, { recursive: true, mode: 0o700 });
  const workspace = new Workspace(config.workspaceFolder, trash, home.folder);
  const blobs = new BlobStore(join(home.folder, 'blobs'));
  const settings = new SettingsStore(db, theWorkspace);
  await settings.run();
  const records = { db, workspaceId: theWorkspace, blobs };
  const ledger = new Ledger(records);
  const rooms = new Rooms({
    workspace,
    stateFolder: home.folder,
    createResults: async (room, folder) => {
      const host = await SessionHost.open({
        notebookId: room.notebookId,
        folder,
        blobs,
        outputLimit: config.outputLimit,
        source: room,
        gateways,
        clusters,
        agentEnabled: () => settings.get().agent.enabled,
        ledger,
      });
      hosts.set(room.notebookId, host);
      resources.follow(host);
      host.onStopped(() => hosts.delete(room.notebookId));
      return host;
    },
    onError: (error) => console.error('a notebook could not be kept in order:', error),
  });
  await rooms.run();
  const notebooks = join(home.folder, 'notebooks');
  const sweep = new BlobSweep(
    blobs,
    [() => namesInFolders(notebooks, { plain: ['journal'], nested: [keptNamesFile] }, blobs), () => ledger.liveBlobs()],
    (problem) => console.error(problem),
  );
  sweep.run();
  const retention = new HistoryRetention({ ...records, ledger, settings, onForgotten: () => sweep.sweep() });
  retention.run();
  const culler = new IdleCuller({
    hosts: () => hosts.values(),
    minutes: (id) => settings.get().idle.minutes[id] ?? null,
    effects: realEffects,
  });
  culler.run();
  const uploads = new Uploads({
    workspace,
    folder: join(home.folder, 'uploads'),
    replace: (path, act) => rooms.replace(path, act),
  });
  await uploads.run();

  const principalOfCookie = (header: string | undefined) => signIn.principalOf(readCookie(header, cookieName(doors)));
  const principalOf = (request: IncomingMessage) => principalOfCookie(request.headers.cookie);
  const mintLink = () => `http://127.0.0.1:${port}/login#code=${signIn.mintCode()}`;
  const control = new ControlSocket(home.controlSocket, mintLink);
  await control.run();
  const pages = new Pages({ doors, workspaceId: theWorkspace, principalOf });
  await pages.run();

  const openDocument: Services['openDocument'] = async (path) => {
    const room = await rooms.open(path);
    if (!(room instanceof DocumentRoom)) return room;
    const host = hosts.get(room.notebookId);
    return host === undefined
      ? fault('server.stopping', 'This notebook is being closed.', 'Try again.')
      : { room, host };
  };
  const services: Services = {
    version,
    doors,
    signIn,
    gateways,
    terminals,
    clusters,
    clusterTemplates,
    clusterStarts,
    boundTo,
    resources,
    workspace,
    uploads,
    rooms,
    history: new LedgerQuery({ ...records, ledger, now: () => Date.now() }),
    settings,
    hosts,
    mintLink,
    openDocument,
    openNotebook: async (path) => {
      const opened = await openDocument(path);
      return isFault(opened) || 'room' in opened
        ? opened
        : fault('notebook.broken', `${path} is not a readable notebook: ${opened.problem.message}`);
    },
    authorOf: (principal) => (principal.kind === 'user' ? principal.id : principalId('anonymous')),
    announceFolders: (...folders) => sockets.broadcast('files.changed', { folders: [...new Set(folders)] }),
    dropSignedOut: () => sockets.recheck(),
    runningCells: () =>
      [...hosts.values()].flatMap((host) => host.views()).reduce((sum, view) => sum + view.running, 0),
    stop: async ({ keepKernels }) => {
      await sockets.stop();
      terminals.stop();
      resources.stop();
      await control.stop();
      uploads.stop();
      sweep.stop();
      culler.stop();
      await rooms.stop();
      await retention.stop();
      await ledger.flush();
      await Promise.all([keepKernels ? null : local.stop(), clusters.stop({ keep: keepKernels }), pages.stop()]);
      await guard.stop();
      await db.destroy();
    },
  };
  installBridge(pageBridge({ services, workspaceId: theWorkspace, principalOf: principalOfCookie }));
  const api = new ApiRouter({
    doors,
    workspaceId: theWorkspace,
    principalOf,
    handlers: {
      ...serverHandlers(services),
      ...fileHandlers(services),
      ...uploadHandlers(services),
      ...gatewayHandlers(services),
      ...kernelHandlers(services),
      ...imageHandlers(services),
      ...outputTextHandlers(services, blobs),
      ...runHandlers(services),
      ...historyHandlers(services, blobs),
      ...settingsHandlers(services),
      ...queueHandlers(services),
      ...terminalRoutes(services),
      ...clusterHandlers(services),
      ...clusterLogHandlers(services),
      ...clusterTemplateHandlers(services),
    },
  });
  const sockets = new SocketServer(server, {
    handlers: { ...socketHandlers(services), ...terminalHandlers(services), ...resourceHandlers(services) },
    doors,
    workspaceId: theWorkspace,
    principalOf,
  });
  await clusterStarts.run();
  await clusterTemplates.run();
  await clusters.run();
  // Notebooks whose kernels outlived the last process find them again, whether or not somebody is looking.
  rooms.openAllRecoverable().catch((error: unknown) => console.error('a notebook could not be recovered:', error));
  return { services, api, pages };
}

/** The embedded gateway is ours: it lies on loopback on a port that the guard keeps from everybody else. */
function localPort(local: LocalGateway, ownPorts: Set<number>, rootFolder: string): JupyterGateway {
  const endpoint = async () => {
    const found = await local.endpoint();
    if (isFault(found)) return found;
    ownPorts.add(Number(new URL(found.baseUrl).port));
    return tokenEndpoint(found.baseUrl, found.token);
  };
  const lookup = (): never => {
    throw new Error('the embedded gateway is reached by its IP address');
  };
  const effects = { fetch: globalThis.fetch, lookupFor: () => lookup, checkUrl: async () => null };
  return new JupyterGateway(endpoint, effects, { processes: local.processes(), rootFolder });
}

/** Attached clusters are reached through the guard; what we have launched is ours, like the embedded gateway. */
function connectClusters(guard: OutboundGuard): ConnectCluster {
  const ticks = (): number => performance.now();
  const ways = {
    attached: { ask: askThrough(guard.fetch), ticks },
    launched: { ask: askThrough(globalThis.fetch), ticks },
  };
  return (kind, origin, find) =>
    clusterAdapters[kind]?.(find, ways[origin]) ??
    fault('request.unsupported', `${clusterManifests[kind].label} clusters cannot be spoken with from here yet.`);
}

async function openDatabase(file: string): Promise<Kysely<Database> | Fault> {
  try {
    const db = openSqlite(file);
    await migrate(db);
    return db;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fault(
      'file.io',
      `The database ${file} cannot be used: ${reason}`,
      'Move it away to start with an empty one; notebooks are not in it, gateways have to be added again.',
    );
  }
}
