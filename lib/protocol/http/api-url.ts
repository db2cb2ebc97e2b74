import type { z } from 'zod';
import { type RouteName, type Routes, routes } from './routes.ts';

export type ApiInput<Name extends RouteName> = {
  readonly params?: z.input<Routes[Name]['params']>;
  readonly query?: z.input<Routes[Name]['query']>;
  readonly body?: z.input<Routes[Name]['body']>;
};

/** The URL of a route, e.g. of a download link. */
export function apiUrl<Name extends RouteName>(
  name: Name,
  input: Pick<ApiInput<Name>, 'params' | 'query'> = {},
): string {
  const params = (input.params ?? {}) as Record<string, string>;
  const path = routes[name].path.replace(/:([a-zA-Z]+)/g, (_, key: string) => encodeURIComponent(params[key] ?? ''));
  const query = new URLSearchParams(Object.entries((input.query ?? {}) as Record<string, string>));
  return query.size === 0 ? path : `${path}?${query}`;
}
