import { describe, expect, it } from 'vitest';
import { faultCodes } from '#lib/core/fault.ts';
import type { Route } from '#lib/protocol/http/route.ts';
import { routes } from '#lib/protocol/http/routes.ts';
import { describeApi } from './openapi.ts';

type Parameter = { name: string; in: string; required: boolean; schema: { type?: string } };
type Schema = { properties?: Record<string, { type?: string }>; required?: string[]; $ref?: string };
type Content = Record<string, { schema: Schema }>;
type Operation = {
  operationId: string;
  security: unknown[];
  parameters: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { content: Content }>;
};

const api = describeApi(routes, { version: '1.2.3', cookieName: 'farfield-4747' }) as {
  openapi: string;
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: { Fault: { properties: { fault: { enum: string[] } } } } };
};
const all = Object.entries(routes as Readonly<Record<string, Route>>);

function operation(name: string): Operation {
  const found = Object.values(api.paths)
    .flatMap((path) => Object.values(path))
    .find((one) => one.operationId === name);
  if (found === undefined) throw new Error(`${name} is not described`);
  return found;
}

describe('describeApi', () => {
  it('is OpenAPI 3.1 and JSON', () => {
    expect(api.openapi).toBe('3.1.0');
    expect(api.info.version).toBe('1.2.3');
    expect(JSON.parse(JSON.stringify(api))).toEqual(api);
  });

  it('has every route once, under its method and path', () => {
    const described = Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${operationId}: ${method.toUpperCase()} ${path}`),
    );
    const expected = all.map(([name, { method, path }]) => `${name}: ${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(described.toSorted()).toEqual(expected.toSorted());
  });

  it.each(all)('%s: names each segment of its path as a required parameter', (name, { path }) => {
    const segments = [...path.matchAll(/:(\w+)/g)].map(([, segment]) => segment);
    const inPath = operation(name).parameters.filter((parameter) => parameter.in === 'path');
    expect(inPath.map((parameter) => parameter.name)).toEqual(segments);
    expect(inPath.every((parameter) => parameter.required && parameter.schema.type === 'string')).toBe(true);
  });

  it.each(all)('%s: answers a fault when it fails', (name) => {
    const { default: failure } = operation(name).responses;
    expect(failure?.content['application/json']?.schema).toEqual({ $ref: '#/components/schemas/Fault' });
  });

  it('lists the codes of faults', () => {
    expect(api.components.schemas.Fault.properties.fault.enum).toEqual([...faultCodes]);
  });

  it('says which query parameters may be left out', () => {
    const required = Object.fromEntries(
      (['listFiles', 'readFile'] as const).map((name) => [
        name,
        operation(name).parameters.map((parameter) => [parameter.name, parameter.in, parameter.required]),
      ]),
    );
    expect(required).toEqual({ listFiles: [['path', 'query', false]], readFile: [['path', 'query', true]] });
  });

  it('describes bodies as they are sent: what has a default may be left out', () => {
    const body = operation('startSession').requestBody?.content['application/json']?.schema;
    expect(Object.keys(body?.properties ?? {})).toContain('shutdownPrevious');
    expect(body?.required?.toSorted()).toEqual(['gatewayId', 'path']);
    expect(operation('listFiles').requestBody).toBeUndefined();
  });

  it('describes ids in replies, and bytes as bytes', () => {
    const reply = operation('addGateway').responses[200]?.content['application/json']?.schema;
    expect(reply?.properties?.['id']?.type).toBe('string');
    expect(Object.keys(operation('readFile').responses[200]?.content ?? {})).toEqual(['application/octet-stream']);
  });

  it('asks for the cookie wherever somebody must be signed in', () => {
    const open = all.map(([name]) => name).filter((name) => operation(name).security.length === 0);
    expect(open.toSorted()).toEqual(['health', 'openapi', 'signIn']);
  });
});
