import { isFault } from '#lib/core/fault.ts';
import type { Services } from '#server/service-set.ts';
import type { Handlers } from '../router.ts';

type GatewayHandlers = Pick<
  Handlers,
  'listGateways' | 'addGateway' | 'checkGateway' | 'changeGateway' | 'wakeGateway' | 'removeGateway'
>;

export function gatewayHandlers({ gateways }: Services): GatewayHandlers {
  return {
    listGateways: async () => ({ gateways: [...gateways.list()] }),
    addGateway: async ({ body }) => gateways.add(body),
    checkGateway: async ({ body: { id, ...form } }) => gateways.check(form, id),
    changeGateway: async ({ params, body }) => gateways.change(params.id, body),
    wakeGateway: async ({ params }) => (await gateways.wake(params.id)) ?? {},
    removeGateway: async ({ params }) => {
      const trouble = await gateways.remove(params.id);
      return isFault(trouble) ? trouble : {};
    },
  };
}
