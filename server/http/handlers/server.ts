import { isFault } from '#lib/core/fault.ts';
import { routes } from '#lib/protocol/http/routes.ts';
import { protocolVersion } from '#lib/protocol/version.ts';
import type { Services } from '#server/service-set.ts';
import { cookieName, readCookie } from '../access.ts';
import { describeApi } from '../openapi.ts';
import type { Handlers } from '../router.ts';

type ServerHandlers = Pick<Handlers, 'health' | 'openapi' | 'signIn' | 'signOut'>;

export function serverHandlers({ version, doors, signIn, dropSignedOut }: Services): ServerHandlers {
  return {
    health: async () => ({ name: 'farfield', version, protocol: protocolVersion }),
    openapi: async () => describeApi(routes, { version, cookieName: cookieName(doors) }),
    signIn: async ({ body, response }) => {
      const session = await signIn.exchange(body.code);
      if (isFault(session)) return session;
      response.setHeader('Set-Cookie', `${cookieName(doors)}=${session.token}; HttpOnly; SameSite=Strict; Path=/`);
      return { name: session.name };
    },
    signOut: async ({ request, response }) => {
      await signIn.end(readCookie(request.headers.cookie, cookieName(doors)));
      response.setHeader('Set-Cookie', `${cookieName(doors)}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0`);
      await dropSignedOut();
      return {};
    },
  };
}
