import { z } from 'zod';
import { faultSchema } from '#lib/core/fault.ts';
import type { Route } from '#lib/protocol/http/route.ts';

type Json = Readonly<Record<string, unknown>>;

/** Where a sign-in is needed, it is the session cookie; its name carries the port of the server. */
export type ApiAbout = { readonly version: string; readonly cookieName: string };

/**
 * The API as an OpenAPI 3.1 document, derived from the same descriptions that the router and the browser use.
 * Everything is described as it travels, before the reader's schema fills in defaults.
 */
export function describeApi(routes: Readonly<Record<string, Route>>, about: ApiAbout): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, route] of Object.entries(routes)) {
    const path = route.path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = describeRoute(name, route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Farfield',
      version: about.version,
      description:
        'Sign in with a one-time code at POST /api/v1/sign-in and send the cookie it sets. POST, PUT and DELETE must come ' +
        'from this server’s own origin, or from a program that sends neither Origin nor Sec-Fetch-Site.',
    },
    paths,
    components: {
      schemas: { Fault: schema(faultSchema) },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: about.cookieName } },
    },
  };
}

const bytes: Json = { schema: { type: 'string', format: 'binary' } };

/** What anybody may ask; `decide()` is what enforces it. */
const open: ReadonlySet<string> = new Set(['server.health', 'session.signIn', 'api.describe']);

function describeRoute(operationId: string, route: Route): Json {
  const body = schema(route.body);
  return {
    operationId,
    summary: route.summary,
    'x-action': route.action,
    security: open.has(route.action) ? [] : [{ session: [] }],
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query')],
    ...(route.takesBytes === true
      ? { requestBody: { required: true, content: { 'application/octet-stream': bytes } } }
      : {}),
    ...(hasFields(body) ? { requestBody: { required: true, content: { 'application/json': { schema: body } } } } : {}),
    responses: {
      200: {
        description: 'Done.',
        content:
          route.bytes === true
            ? { 'application/octet-stream': bytes }
            : { 'application/json': { schema: schema(route.reply) } },
      },
      default: {
        description: 'Expected trouble: a code for programs, a sentence for people.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Fault' } } },
      },
    },
  };
}

function parameters(type: z.ZodType, place: 'path' | 'query'): readonly Json[] {
  const { properties = {}, required = [] } = schema(type) as {
    properties?: Readonly<Record<string, Json>>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: field,
  }));
}

function hasFields(body: Json): boolean {
  return Object.keys((body.properties as Json | undefined) ?? {}).length > 0;
}

/** What travels: transforms, which JSON Schema cannot say, happen at the reader on either side. */
function schema(type: z.ZodType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' });
  return rest;
}
