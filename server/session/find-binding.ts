import { fault, isFault, type Fault } from '#lib/core/fault.ts';
import { sessionId, type ClusterId, type GatewayId, type KernelId } from '#lib/core/ids.ts';
import type { SessionBinding } from '#lib/core/session/event.ts';
import type { GatewayPort, KernelLaunch } from '#server/kinds/gateway/port.ts';

/** What a host needs of the registered gateways. */
export type GatewayDirectory = {
  port(id: GatewayId): GatewayPort | Fault;
  get(id: GatewayId): { readonly label: string } | undefined;
};

/** A kernel to start by name, or to attach to by id. */
export type StartRequest = {
  readonly gatewayId: GatewayId;
  readonly kernelName?: string | undefined;
  readonly kernelId?: KernelId | undefined;
  /** The cluster that its code is to find. */
  readonly clusterId?: ClusterId | undefined;
  readonly shutdownPrevious: boolean;
  /** A notebook that has a session keeps it. */
  readonly unlessBound?: boolean;
};

/** Starts or finds the kernel that was asked for and describes the new session, Jupyter session id included. */
export async function findBinding(
  request: StartRequest,
  folder: string,
  gateways: GatewayDirectory,
  randomId: () => string,
  launch?: KernelLaunch,
): Promise<Fault | SessionBinding> {
  const gateway = gateways.port(request.gatewayId);
  if (isFault(gateway)) return gateway;
  const kernel = await findKernel(gateway, request, folder, launch);
  if (isFault(kernel)) return kernel;
  if (kernel === null) {
    return fault('kernel.notFound', 'The gateway no longer has this kernel.', 'Pick another one, or start a new one.');
  }
  const specs = await gateway.listSpecs();
  const spec = isFault(specs) ? undefined : specs.find((one) => one.name === kernel.name);
  return {
    id: sessionId(randomId()),
    gatewayId: request.gatewayId,
    gatewayLabel: gateways.get(request.gatewayId)?.label ?? request.gatewayId,
    kernelId: kernel.id,
    kernelName: kernel.name,
    displayName: spec?.displayName ?? kernel.name,
    language: spec?.language ?? '',
    // Jupyter keeps what a kernel says for one client: notebooks on one kernel are the same one.
    clientId: gateway.clientOf(kernel.id) ?? `farfield-${randomId()}`,
  };
}

async function findKernel(gateway: GatewayPort, request: StartRequest, folder: string, launch?: KernelLaunch) {
  if (request.kernelId !== undefined) return gateway.findKernel(request.kernelId);
  if (request.kernelName !== undefined) return gateway.startKernel({ name: request.kernelName, folder }, launch);
  return fault('request.invalid', 'Neither a kernel to start nor one to attach to was named.');
}
