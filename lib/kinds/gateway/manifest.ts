import type { FarKind } from '#lib/protocol/gateway-settings.ts';

/**
 * The kinds of gateways that are reached by an address. They speak one protocol with differences; each difference is an
 * ability here, so that neither the adapter nor the interface asks which kind it has.
 */
export type GatewayManifest = {
  readonly label: string;
  /** One line for who chooses. */
  readonly about: string;
  /** Tells its status to those who may enter; others are asked for their kernelspecs instead. */
  readonly tellsStatus: boolean;
  /** Has folders of notebooks: a kernel can be started in one. */
  readonly folders: boolean;
  /** Has terminals: shells on its machine. */
  readonly terminals: boolean;
  /** Takes the id of a kernel from whoever starts it: a launch can be asked for again without leaving an orphan. */
  readonly namesKernels: boolean;
  /** Has to be started itself before it answers. */
  readonly startsOnDemand: boolean;
  /** How long a launch may take, ms. */
  readonly launchLimitMs: number;
};

const minute = 60_000;

/** Whether a gateway can be asked for terminals at all; the embedded one is a Jupyter Server. */
export function offersTerminals(kind: FarKind | 'local'): boolean {
  return gatewayManifests[kind === 'local' ? 'jupyter' : kind].terminals;
}

export const gatewayManifests: Readonly<Record<FarKind, GatewayManifest>> = {
  jupyter: {
    label: 'Jupyter Server',
    about: 'Jupyter Server 2, JupyterLab, Notebook 7.',
    tellsStatus: true,
    folders: true,
    terminals: true,
    namesKernels: false,
    startsOnDemand: false,
    launchLimitMs: 1.5 * minute,
  },
  'enterprise-gateway': {
    label: 'Enterprise Gateway',
    about: 'Starts kernels on YARN, Kubernetes, Spark and other machines.',
    tellsStatus: false,
    folders: false,
    terminals: false,
    namesKernels: true,
    startsOnDemand: false,
    launchLimitMs: 5 * minute,
  },
  'kernel-gateway': {
    label: 'Kernel Gateway',
    about: 'Kernels without files.',
    tellsStatus: false,
    folders: false,
    terminals: false,
    namesKernels: false,
    startsOnDemand: false,
    launchLimitMs: 1.5 * minute,
  },
  jupyterhub: {
    label: 'JupyterHub',
    about: 'Your own server of a hub; it is started when it does not run.',
    tellsStatus: true,
    folders: true,
    terminals: true,
    namesKernels: false,
    startsOnDemand: true,
    launchLimitMs: 1.5 * minute,
  },
};
