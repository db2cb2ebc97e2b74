import { isFault } from '#lib/core/fault.ts';
import type { Services } from '#server/service-set.ts';
import type { Handlers } from '../router.ts';

type GatewayHandlers = Pick<Handlers, 'listGateways' | 'addGateway' | 'checkGateway' | 'removeGateway'>;

export function gatewayHandlers({ gateways }: Services): GatewayHandlers {
  return {
    listGateways: async () => ({ gateways: [...gateways.list()] }),
    addGateway: async ({ body }) => gateways.add(body),
    checkGateway: async ({ body }) => gateways.check(body),
    removeGateway: async ({ params }) => {
      const trouble = await gateways.remove(params.id);
      return isFault(trouble) ? trouble : {};
    },
  };
}
