import { z } from 'zod';
import { isFault, type Fault } from '#lib/core/fault.ts';
import type { FarKind } from '#lib/protocol/gateway-settings.ts';
import { partsOf } from './hub-server.ts';
import { notJupyter, versionModel, versionText } from './models.ts';
import type { RestReply, RestRequest } from './rest.ts';

export type Identified = { readonly kind: FarKind; readonly version: string; readonly distanceMs: number };

const gatewayModel = z.object({ gateway_version: versionText });
const descriptionModel = z.object({ info: z.object({ title: z.string() }) });

/** Asks what answers at an address: `ask` goes to the address itself, `askHub` to the hub that it may lie below. */
export async function identify(
  baseUrl: string,
  ask: (request: RestRequest) => Promise<Fault | RestReply>,
  askHub: (request: RestRequest) => Promise<Fault | RestReply>,
  now: () => number = () => performance.now(),
): Promise<Fault | Identified> {
  const timed = async (send: typeof ask, path: string): Promise<{ reply: Fault | RestReply; distanceMs: number }> => {
    const began = now();
    const reply = await send({ method: 'GET', path, anonymous: true });
    return { reply, distanceMs: Math.round((now() - began) * 10) / 10 };
  };
  const hub = async (): Promise<Identified | null> => {
    const { reply, distanceMs } = await timed(askHub, 'hub/api');
    const version = isFault(reply) ? undefined : versionModel.safeParse(reply.json).data?.version;
    return version === undefined ? null : { kind: 'jupyterhub', version, distanceMs };
  };
  if (partsOf(baseUrl).user !== null) {
    const found = await hub();
    if (found !== null) return found;
  }
  const { reply, distanceMs } = await timed(ask, 'api');
  // Some hubs are the only thing at their address: it sends strangers away, or has no such page.
  if (isFault(reply)) return reply.fault === 'gateway.notJupyter' ? ((await hub()) ?? reply) : reply;
  const version = versionModel.safeParse(reply.json).data?.version;
  if (version === undefined) return (await hub()) ?? notJupyter('it does not tell a version');
  const gateway = gatewayModel.safeParse(reply.json).data;
  if (gateway !== undefined) return { kind: 'enterprise-gateway', version: gateway.gateway_version, distanceMs };
  const status = await ask({ method: 'GET', path: 'api/status' });
  if (isFault(status)) return status;
  if (status.status !== 404) return { kind: 'jupyter', version, distanceMs };
  const described = await ask({ method: 'GET', path: 'api/swagger.json' });
  const title = isFault(described) ? undefined : descriptionModel.safeParse(described.json).data?.info.title;
  return { kind: title?.includes('Kernel Gateway') === true ? 'kernel-gateway' : 'jupyter', version, distanceMs };
}
