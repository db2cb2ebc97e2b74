/** The files of fence-probe.test.ts: a small sound house, and one violation per rule to plant into it. */

export type Plant = {
  /** The rule that must catch it, in the spelling of the tool. */
  readonly rule: string;
  readonly what: string;
  /** Path → text. The first file is the guilty one. */
  readonly files: Readonly<Record<string, string>>;
};

const plant = (rule: string, what: string, path: string, ...lines: string[]): Plant => ({
  rule,
  what,
  files: { [path]: `${lines.join('\n')}\n` },
});

/** Every layer once, each importing what it may. */
export const sound: Readonly<Record<string, string>> = {
  'lib/core/cell.ts': `import { z } from 'zod';\n\nexport const cellSchema = z.object({ id: z.string() });\n`,
  'lib/core/cell.test.ts': `import { readFileSync } from 'node:fs';\nimport { expect, it } from 'vitest';\nimport { cellSchema } from './cell.ts';\n\nit('reads', () => {\n  expect(cellSchema.parse({ id: readFileSync.name })).toBeDefined();\n});\n`,
  'lib/core/later.ts': `export const later = (now: number, date: number) => Math.max(now, date);\n`,
  'lib/protocol/cell-moved.ts': `import { z } from 'zod';\nimport { cellSchema } from '#lib/core/cell.ts';\n\nexport const cellMoved = z.object({ cell: cellSchema });\n`,
  'lib/kinds/gateway/jupyter.ts': `import { cellMoved } from '#lib/protocol/cell-moved.ts';\n\nexport const jupyterKind = { id: 'jupyter', says: cellMoved };\n`,
  'lib/client/cell-store.ts': `import { useState } from 'react';\nimport { cellMoved } from '#lib/protocol/cell-moved.ts';\n\nexport const useCell = () => useState(cellMoved);\n`,
  'components/ui/button.tsx': `export function Button() {\n  return <button type="button">Go</button>;\n}\n`,
  'components/output/output-view.tsx': `import { Button } from '../ui/button.tsx';\n\nexport const OutputView = () => <Button />;\n`,
  'components/output/frame/plotly/draw.ts': `export const draw = () => null;\n`,
  'components/notebook/editor.tsx': `import type { editor } from 'monaco-editor';\nimport { useCell } from '#lib/client/cell-store.ts';\nimport { OutputView } from '../output/output-view.tsx';\n\nexport function Editor(_props: { live: editor.IStandaloneCodeEditor }) {\n  useCell();\n  return <OutputView />;\n}\n`,
  'components/ui/monaco/setup.ts': `export { editor } from 'monaco-editor';\n`,
  'components/file/text-editor.tsx': `import type { editor } from 'monaco-editor';\nimport '../ui/monaco/setup.ts';\n\nexport type Editor = editor.IStandaloneCodeEditor;\n`,
  'components/terminal/screen.ts': `import type { Terminal } from '@xterm/xterm';\n\nexport type Screen = Terminal;\n`,
  'components/resource/chart.ts': `import Plot from 'uplot';\n\nexport const chart = Plot;\n`,
  'components/kernel/picker.tsx': `export const Picker = () => null;\n`,
  'app/page.tsx': `import { Picker } from '#components/kernel/picker.tsx';\nimport { bridge } from '#server/next-bridge.ts';\n\nexport default function Page() {\n  return bridge.ready ? <Picker /> : null;\n}\n`,
  'server/next-bridge.ts': `export const bridge = { ready: true };\n`,
  'server/document/room.ts': `import { cellSchema } from '#lib/core/cell.ts';\n\nexport const room = { cellSchema };\n`,
  'server/process/identity.ts': `export const born = 'now';\n`,
  'server/kinds/gateway/port.ts': `export type Port = { readonly id: string };\n`,
  'server/kinds/gateway/registry.ts': `import { far } from './far/adapter.ts';\nimport { near } from './near/adapter.ts';\n\nexport const gatewayKinds = [near, far];\n`,
  'server/kinds/gateway/near/adapter.ts': `import type { Port } from '../port.ts';\nimport { born } from '#server/process/identity.ts';\nimport { place } from './place.ts';\n\nexport const near: Port = { id: place + born };\n`,
  'server/kinds/gateway/near/place.ts': `export const place = 'near';\n`,
  'server/kinds/gateway/far/adapter.ts': `import type { Port } from '../port.ts';\n\nexport const far: Port = { id: 'far' };\n`,
  'server/testing/fake-gateway.ts': `export const fakeGateway = { id: 'fake' };\n`,
  'server/services.ts': `import { near } from './kinds/gateway/near/adapter.ts';\nimport { gatewayKinds } from './kinds/gateway/registry.ts';\nimport { room } from './document/room.ts';\n\nexport const services = { room, near, gatewayKinds };\n`,
};

/** Rules of .dependency-cruiser.cjs. */
export const fencePlants: readonly Plant[] = [
  plant('core-imports-core', 'core → protocol', 'lib/core/p1.ts', `import '#lib/protocol/cell-moved.ts';`),
  plant(
    'core-imports-core',
    'core → server, by type alone',
    'lib/core/p2.ts',
    `export type P = import('#server/kinds/gateway/port.ts').Port;`,
  ),
  plant(
    'core-imports-core',
    'core → server, relative',
    'lib/core/p3.ts',
    `import type { Port } from '../../server/kinds/gateway/port.ts';`,
    `export type P = Port;`,
  ),
  plant(
    'core-packages',
    'core → React',
    'lib/core/p4.ts',
    `import { useState } from 'react';`,
    `export const p = useState;`,
  ),
  plant(
    'core-no-node',
    'core → Node',
    'lib/core/p5.ts',
    `import { readFileSync } from 'node:fs';`,
    `export const p = readFileSync;`,
  ),
  plant('protocol-imports-core', 'protocol → client', 'lib/protocol/p1.ts', `import '#lib/client/cell-store.ts';`),
  plant(
    'protocol-packages',
    'protocol → yjs',
    'lib/protocol/p2.ts',
    `import { Doc } from 'yjs';`,
    `export const p = Doc;`,
  ),
  plant('protocol-no-node', 'protocol → Node', 'lib/protocol/p3.ts', `import 'node:path';`),
  plant('kinds-import-core', 'kinds → client', 'lib/kinds/gateway/p1.ts', `import '#lib/client/cell-store.ts';`),
  plant('kinds-packages', 'kinds → React', 'lib/kinds/gateway/p2.ts', `import 'react';`),
  plant('kinds-no-node', 'kinds → Node', 'lib/kinds/gateway/p3.ts', `import 'node:path';`),
  plant('client-imports-lib', 'client → components', 'lib/client/p1.ts', `import '#components/ui/button.tsx';`),
  plant(
    'client-imports-lib',
    'client → server, dynamic',
    'lib/client/p2.ts',
    `export const p = () => import('#server/next-bridge.ts');`,
  ),
  plant(
    'client-packages',
    'client → socket.io',
    'lib/client/p3.ts',
    `import { Server } from 'socket.io';`,
    `export const p = Server;`,
  ),
  plant('client-no-node', 'client → Node', 'lib/client/p4.ts', `import 'node:path';`),
  plant('components-import-lib', 'components → server', 'components/kernel/p1.tsx', `import '#server/next-bridge.ts';`),
  plant('components-import-lib', 'components → app', 'components/kernel/p2.tsx', `import '../../app/page.tsx';`),
  plant('feature-imports-feature', 'feature → feature', 'components/kernel/p3.tsx', `import '../notebook/editor.tsx';`),
  plant('components-packages', 'components → ws', 'components/kernel/p4.tsx', `import 'ws';`),
  plant('components-no-node', 'components → Node', 'components/kernel/p5.tsx', `import 'node:path';`),
  plant('monaco-in-editors', 'Monaco in components/output', 'components/output/p1.tsx', `import 'monaco-editor';`),
  plant('monaco-in-editors', 'Monaco in components/ui', 'components/ui/p1.tsx', `import 'monaco-editor';`),
  plant(
    'monaco-in-editors',
    'Monaco in lib/client',
    'lib/client/p5.ts',
    `export type P = typeof import('monaco-editor');`,
  ),
  plant('xterm-in-terminals', 'xterm in components/output', 'components/output/p9.tsx', `import '@xterm/xterm';`),
  plant('uplot-in-charts', 'uPlot in a cluster page', 'components/cluster/p1.tsx', `import 'uplot';`),
  plant(
    'frame-libraries-in-frames',
    'plotly outside frames',
    'components/output/p2.tsx',
    `import 'plotly.js-dist-min';`,
  ),
  plant(
    'frame-libraries-in-frames',
    'widgets in the server',
    'server/document/p1.ts',
    `import '@jupyter-widgets/html-manager';`,
  ),
  plant('frames-apart', 'frame code in the page', 'components/output/p3.tsx', `import './frame/plotly/draw.ts';`),
  plant('app-imports-bridge', 'app → a service', 'app/p1.tsx', `import '#server/document/room.ts';`),
  plant('app-packages', 'app → socket.io', 'app/p2.tsx', `import 'socket.io';`),
  plant('app-no-node', 'app → Node', 'app/p3.tsx', `import 'node:fs';`),
  plant('server-imports-server', 'server → client', 'server/document/p2.ts', `import '#lib/client/cell-store.ts';`),
  plant('server-imports-server', 'server → components', 'server/document/p3.ts', `import '#components/ui/button.tsx';`),
  plant('server-imports-server', 'server → app', 'server/document/p4.ts', `import '../../app/page.tsx';`),
  plant('kind-imports-port', 'kind → another kind', 'server/kinds/gateway/near/p1.ts', `import '../far/adapter.ts';`),
  plant(
    'kind-imports-port',
    'kind → a service',
    'server/kinds/gateway/near/p2.ts',
    `import '#server/document/room.ts';`,
  ),
  plant('kind-imports-port', 'kind → its registry', 'server/kinds/gateway/near/p3.ts', `import '../registry.ts';`),
  plant('process-apart', 'process → a service', 'server/process/p1.ts', `import '../document/room.ts';`),
  plant(
    'registry-names-kinds',
    'service → an adapter',
    'server/document/p5.ts',
    `import '../kinds/gateway/near/adapter.ts';`,
  ),
  plant(
    'testing-in-tests',
    'product → server/testing',
    'server/document/p6.ts',
    `import '../testing/fake-gateway.ts';`,
  ),
  plant('test-packages-in-tests', 'product → fast-check', 'lib/core/p6.ts', `import 'fast-check';`),
  plant('nobody-imports-tests', 'product → a test', 'lib/core/p7.ts', `import './cell.test.ts';`),
  plant('nobody-imports-tests', 'test → a test', 'lib/core/p8.test.ts', `import './cell.test.ts';`),
  plant(
    'across-folders-by-alias',
    'server → lib, relative',
    'server/document/p7.ts',
    `import '../../lib/core/cell.ts';`,
  ),
  plant('resolvable', 'a missing file', 'lib/core/p9.ts', `import './nowhere.ts';`),
  {
    rule: 'no-cycle',
    what: 'a cycle of types',
    files: {
      'lib/core/p10.ts': `import type { B } from './p11.ts';\nexport type A = B | 1;\n`,
      'lib/core/p11.ts': `import type { A } from './p10.ts';\nexport type B = A[] | 2;\n`,
    },
  },
];

/** Rules of server/setup/tree-rules.mjs. */
export const treePlants: readonly Plant[] = [
  plant('no-index', 'an index file', 'components/ui/index.ts', `export const p = 1;`),
  plant('no-export-star', 'a barrel', 'lib/core/all-of-it.ts', `export * from './cell.ts';`),
  plant('no-export-star', 'a barrel of types', 'lib/core/all-types.ts', `export type * from './cell.ts';`),
  plant('no-next-hooks', 'proxy.ts', 'proxy.ts', `export const proxy = () => undefined;`),
  plant('no-next-hooks', 'instrumentation.ts', 'instrumentation.ts', `export const register = () => undefined;`),
  plant('no-next-hooks', 'middleware.ts in app', 'app/middleware.ts', `export const middleware = () => undefined;`),
  plant('names', 'a helper', 'lib/core/cell-helpers.ts', `export const p = 1;`),
  plant('names', 'a folder called common', 'server/common/thing.ts', `export const p = 1;`),
  plant('names', 'CamelCase', 'components/ui/BigButton.tsx', `export const p = 1;`),
];

/** Rules of .oxlintrc.json that carry a promise of the architecture. */
export const lintPlants: readonly Plant[] = [
  plant('eslint(no-restricted-globals)', 'the clock: Date.now', 'lib/core/l1.ts', `export const p = () => Date.now();`),
  plant('eslint(no-restricted-globals)', 'the clock: new Date', 'lib/core/l2.ts', `export const p = () => new Date();`),
  plant(
    'eslint(no-restricted-globals)',
    'the clock: performance',
    'lib/core/l3.ts',
    `export const p = () => performance.now();`,
  ),
  plant(
    'eslint(no-restricted-globals)',
    'the clock, the long way',
    'lib/core/l4.ts',
    `export const p = () => globalThis.Date.now();`,
  ),
  plant(
    'eslint(no-restricted-properties)',
    'chance: Math.random',
    'lib/core/l5.ts',
    `export const p = () => Math.random();`,
  ),
  plant('eslint(no-restricted-properties)', 'chance, taken apart', 'lib/core/l6.ts', `export const { random } = Math;`),
  plant(
    'eslint(no-restricted-globals)',
    'chance: crypto',
    'lib/core/l7.ts',
    `export const p = () => crypto.randomUUID();`,
  ),
  plant(
    'eslint(no-restricted-globals)',
    'a timer in core',
    'lib/core/l8.ts',
    `export const p = () => setTimeout(() => undefined, 1);`,
  ),
  plant(
    'eslint(no-restricted-globals)',
    'process in core',
    'lib/core/l9.ts',
    `export const p = () => process.env.HOME;`,
  ),
  plant(
    'eslint(no-restricted-globals)',
    'the page in core',
    'lib/core/l10.ts',
    `export const p = () => document.title;`,
  ),
  plant(
    'eslint(no-restricted-imports)',
    'the server in components',
    'components/kernel/l1.tsx',
    `import { bridge } from '#server/next-bridge.ts';`,
    `export const p = bridge;`,
  ),
  plant(
    'eslint(no-restricted-imports)',
    'Node in lib',
    'lib/client/l1.ts',
    `import { join } from 'node:path';`,
    `export const p = join;`,
  ),
  plant(
    'eslint(no-restricted-imports)',
    'components in the server',
    'server/document/l1.ts',
    `import { Button } from '#components/ui/button.tsx';`,
    `export const p = Button;`,
  ),
  plant(
    'typescript(no-floating-promises)',
    'a promise left alone',
    'server/document/l2.ts',
    `const go = async () => 1;`,
    `export const p = () => {`,
    `  go();`,
    `};`,
  ),
  plant(
    'typescript(switch-exhaustiveness-check)',
    'a forgotten variant',
    'lib/core/l11.ts',
    `export const p = (kind: 'a' | 'b') => {`,
    `  switch (kind) {`,
    `    case 'a':`,
    `      return 1;`,
    `  }`,
    `};`,
  ),
  plant('typescript(no-explicit-any)', 'any', 'lib/core/l12.ts', `export const p = (value: any) => value;`),
  plant('import(no-default-export)', 'a default export', 'lib/core/l13.ts', `export default 1;`),
  plant(
    'eslint(max-lines)',
    'a long file',
    'lib/core/l14.ts',
    ...Array.from({ length: 401 }, (_, line) => `export const p${line} = ${line};`),
  ),
  {
    rule: 'import(no-cycle)',
    what: 'a cycle through an alias',
    files: {
      'server/document/l3.ts': `import { b } from '#server/document/l4.ts';\nexport const a = () => b;\n`,
      'server/document/l4.ts': `import { a } from './l3.ts';\nexport const b = () => a;\n`,
    },
  },
];

/** Fails three steps of the check at once. */
export const barePlants = {
  unformattedAndForbidden: plant(
    '',
    'unformatted, any, forbidden',
    'lib/core/spoilt.ts',
    `import   "react"`,
    `export const p=(value:any)=>value`,
  ),
};
