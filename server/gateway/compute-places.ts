import { type Fault, isFault } from '#lib/core/fault.ts';
import type { Gateway } from '#lib/protocol/http/gateways.ts';
import type { ComputePlace } from '#lib/protocol/http/kernels.ts';
import type { GatewayKernel, GatewayPort, GatewaySpec } from '#server/kinds/gateway/port.ts';
import type { Gateways } from './gateways.ts';

/** Paths of the notebooks that use a kernel of a gateway. */
export type KernelUsers = (gatewayId: Gateway['id'], kernelId: GatewayKernel['id']) => readonly string[];

/** Asks all gateways at once what they offer and run. One that fails is a row with its fault, never a failed list. */
export async function listComputePlaces(gateways: Gateways, usersOf: KernelUsers): Promise<ComputePlace[]> {
  return Promise.all(
    gateways.list().map(async (gateway) => {
      const port = gateways.port(gateway.id);
      const place = isFault(port) ? failed(gateway, port) : await askGateway(gateway, port, usersOf);
      // The answer itself may have shown that the credentials are good for nothing, or good again.
      return { ...place, gateway: gateways.get(gateway.id) ?? gateway };
    }),
  );
}

async function askGateway(gateway: Gateway, port: GatewayPort, usersOf: KernelUsers): Promise<ComputePlace> {
  // First and alone: a gateway busy listing would look further away than it is.
  const about = await port.check();
  if (isFault(about)) return failed(gateway, about);
  const [specs, kernels] = await Promise.all([port.listSpecs(), port.listKernels()]);
  if (isFault(specs)) return failed(gateway, specs);
  return {
    gateway,
    state: 'ready',
    distanceMs: about.distanceMs,
    // Some gateways forbid listing kernels: their kernelspecs can be used all the same.
    fault: isFault(kernels) ? kernels : null,
    kernelspecs: [...specs],
    kernels: isFault(kernels) ? [] : kernels.map((kernel) => describeKernel(gateway, kernel, specs, usersOf)),
  };
}

function describeKernel(
  gateway: Gateway,
  kernel: GatewayKernel,
  specs: readonly GatewaySpec[],
  usersOf: KernelUsers,
): ComputePlace['kernels'][number] {
  const displayName = specs.find((spec) => spec.name === kernel.name)?.displayName ?? kernel.name;
  return { ...kernel, displayName, notebooks: [...usersOf(gateway.id, kernel.id)] };
}

function failed(gateway: Gateway, why: Fault): ComputePlace {
  return { gateway, state: stateOf(why), distanceMs: null, fault: why, kernelspecs: [], kernels: [] };
}

function stateOf(why: Fault): ComputePlace['state'] {
  switch (why.fault) {
    case 'gateway.unavailable':
      return 'unavailable';
    case 'gateway.asleep':
      return 'asleep';
    case 'gateway.refused':
    case 'outbound.refused':
      return 'refused';
    default:
      return 'unreachable';
  }
}
