import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { downMessages } from './down.ts';
import { routes } from './http/routes.ts';
import type { Route } from './http/route.ts';
import type { DownMessage, UpMessage } from './message.ts';
import { upMessages } from './up.ts';
import { protocolVersion } from './version.ts';

/**
 * The shape of the whole wire in one hash per version: each message up and down and each HTTP route with its name,
 * action and schemas. The hash of a released version never changes again.
 */
const hashes: Readonly<Record<number, string>> = {
  1: 'd3f872379c55c59c',
  2: '8bfe0c0737cddb4a',
  3: '8f381b92b1ecbfa3',
};

type Wire = {
  readonly up: Readonly<Record<string, UpMessage>>;
  readonly down: Readonly<Record<string, DownMessage>>;
  readonly routes: Readonly<Record<string, Route>>;
};
const wire: Wire = { up: upMessages, down: downMessages, routes };

describe('protocolVersion', () => {
  it('changes when the wire does', () => {
    const actual = hashOf(wire);
    expect(actual, whatToDo(actual)).toBe(hashes[protocolVersion]);
  });

  it('has a hash for each version and none for a version to come', () => {
    expect(Object.keys(hashes).map(Number)).toEqual(Array.from({ length: protocolVersion }, (_, at) => at + 1));
  });

  it('names messages by the key they are found under', () => {
    for (const [key, message] of [...Object.entries(wire.up), ...Object.entries(wire.down)]) {
      expect(message.name).toBe(key);
    }
  });
});

describe('hashOf', () => {
  const message: UpMessage = {
    name: 'cell.move',
    action: 'notebook.edit',
    request: z.object({ cell: z.string(), to: z.number() }),
    reply: z.object({}),
  };
  const of = (changed: Partial<UpMessage>) =>
    hashOf({ up: { move: { ...message, ...changed } }, down: {}, routes: {} });
  const before = of({});

  it.each<[string, Partial<UpMessage>]>([
    ['a field more', { request: z.object({ cell: z.string(), to: z.number(), by: z.string() }) }],
    ['a field less', { request: z.object({ cell: z.string() }) }],
    ['a field that may be left out', { request: z.object({ cell: z.string(), to: z.number().optional() }) }],
    ['another type', { request: z.object({ cell: z.string(), to: z.string() }) }],
    ['another limit', { request: z.object({ cell: z.string().max(3), to: z.number() }) }],
    ['another reply', { reply: z.object({ moved: z.boolean() }) }],
    ['another action', { action: 'notebook.run' }],
    ['another name', { name: 'cell.shift' }],
  ])('sees %s', (_what, changed) => {
    expect(of(changed)).not.toBe(before);
  });

  it('does not mind the order in which fields are written', () => {
    expect(of({ request: z.object({ to: z.number(), cell: z.string() }) })).toBe(before);
  });
});

function hashOf({ up, down, routes: http }: Wire): string {
  const shape = {
    up: Object.values(up).map(({ name, action, request, reply }) => [name, action, schema(request), schema(reply)]),
    down: Object.values(down).map(({ name, payload }) => [name, schema(payload)]),
    http: Object.entries(http).map(([name, route]) => [
      name,
      `${route.method} ${route.path}`,
      route.action,
      route.bytes === true,
      ...(route.takesBytes === true ? ['takes bytes'] : []),
      [route.params, route.query, route.body, route.reply].map(schema),
    ]),
  };
  return createHash('sha256')
    .update(JSON.stringify(ordered(shape)))
    .digest('hex')
    .slice(0, 16);
}

/** What travels, before transforms: bytes and other things JSON Schema cannot say count as anything. */
function schema(type: z.ZodType): unknown {
  return z.toJSONSchema(type, { unrepresentable: 'any', io: 'input' });
}

/** The same value with the keys of every object, and the names in every `required`, in one order. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]): [string, unknown] => [
        key,
        key === 'required' && Array.isArray(inner) ? inner.map(String).toSorted() : ordered(inner),
      ])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function whatToDo(actual: string): string {
  return [
    `The wire has changed, but protocolVersion is still ${protocolVersion}.`,
    `If a release has spoken version ${protocolVersion}: raise protocolVersion in lib/protocol/version.ts, add a line there`,
    `that says what changed, and add to the hashes in version.test.ts:  ${protocolVersion + 1}: '${actual}'`,
    `Only while version ${protocolVersion} is unreleased may its own hash be replaced:  ${protocolVersion}: '${actual}'`,
  ].join('\n');
}
