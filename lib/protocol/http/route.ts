import type { z } from 'zod';
import type { Action } from '#lib/core/access/decide.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * One route of `/api/v1`. `path` uses `:name` segments, whose values arrive in `params`. The server's router, the typed
 * fetch of the browser and the OpenAPI document are all derived from these descriptions.
 */
export type Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> = {
  readonly method: Method;
  readonly path: `/api/v1/${string}`;
  readonly summary: string;
  readonly action: Action;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly reply: Reply;
  /** The reply is the file's bytes instead of JSON. */
  readonly bytes?: boolean;
  /** The request carries bytes instead of JSON; the handler reads them from the request, piece by piece. */
  readonly takesBytes?: boolean;
};

export const route = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  description: Route<P, Q, B, R>,
) => description;
