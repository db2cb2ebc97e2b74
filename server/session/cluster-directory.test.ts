import { expect, it } from 'vitest';
import { hostAndPort } from './cluster-directory.ts';

it.each([
  ['spark://master:7077', { host: 'master', port: 7077 }],
  ['tls://[::1]:8786', { host: '::1', port: 8786 }],
  ['127.0.0.1:6379', { host: '127.0.0.1', port: 6379 }],
  ['head:6379', { host: 'head', port: 6379 }],
  ['head', null],
  ['http://', null],
])('where %s is', (address, place) => {
  expect(hostAndPort(address)).toEqual(place);
});
