import { expect, it } from 'vitest';
import { linkOf } from './link-of.ts';

it.each([
  ['https://example.org/a?b=c#d', 'https://example.org/a?b=c#d'],
  ['HTTP://Example.org', 'http://example.org/'],
  // Letters that look like others are shown as what they are.
  ['https://аpple.com/', 'https://xn--pple-43d.com/'],
])('%s is offered as %s', (text, address) => expect(linkOf(text)).toBe(address));

it.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'vscode://x',
  'mailto:a@b.c',
  'https://your.bank@evil.example/',
  'https://a:b@evil.example/',
  '//evil.example',
  '/settings',
  'not an address',
  `https://example.org/${'x'.repeat(3_000)}`,
])('%s is no link', (text) => expect(linkOf(text)).toBeNull());
