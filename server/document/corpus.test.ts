import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { isFault } from '#lib/core/fault.ts';
import { decodeNotebookBytes } from '#lib/core/notebook/decode-notebook.ts';
import { readDoc, setSource } from '#lib/core/notebook/notebook-doc.ts';
import { readNotebook } from '#lib/core/notebook/read-notebook.ts';
import { Workspace } from '#server/storage/workspace.ts';
import { MemoryResults } from '#server/testing/memory-results.ts';
import { DocumentRoom } from './room.ts';
import { Rooms } from './rooms.ts';

/** The whole way of a file: disk, room, browser's edit, save – for every real notebook there is. */
const folder = resolve(process.env['FARFIELD_CORPUS'] ?? '../shared/corpus/notebooks');

it.skipIf(!existsSync(folder))(
  'every corpus notebook goes through a room unchanged, and an edit stays inside its cell',
  async () => {
    const base = await realpath(await mkdtemp(join(tmpdir(), 'farfield-corpus-')));
    const root = join(base, 'work');
    await mkdir(root);
    const rooms = new Rooms({
      workspace: new Workspace(root, join(base, 'state', 'trash')),
      stateFolder: join(base, 'state'),
      createResults: async () => new MemoryResults(),
    });
    await rooms.run();
    const counts = { identical: 0, edited: 0, rewritten: 0, text: 0 };
    for (const [index, name] of globSync('**/*.ipynb', { cwd: folder }).sort().entries()) {
      const bytes = readFileSync(join(folder, name));
      const path = `${index}.ipynb`;
      await writeFile(join(root, path), bytes);
      const room = await rooms.open(path);
      if (isFault(room)) throw new Error(`${name}: ${room.message}`);
      if (!(room instanceof DocumentRoom)) {
        counts.text += 1;
        continue;
      }
      expect(await room.save(), name).toBeNull();
      expect((await readFile(join(root, path))).equals(bytes), name).toBe(true);
      counts.identical += 1;
      const doc = new Y.Doc();
      Y.applyUpdate(doc, room.diffFor());
      const before = Y.encodeStateVector(doc);
      const target = readDoc(doc).cells.findIndex((cell) => cell.type !== 'unknown');
      const cell = readDoc(doc).cells[target];
      if (cell === undefined || room.state().readonly !== null) continue;
      setSource(doc, cell.id, `${cell.source}\n# edited`, 'test');
      expect(await room.applyUpdate(Y.encodeStateAsUpdate(doc, before), 'browser'), name).toBeNull();
      expect(await room.save(), name).toBeNull();
      const opened = decodeNotebookBytes(bytes);
      const file = opened.kind === 'text' ? readNotebook(opened.text) : opened;
      const after = decodeNotebookBytes(await readFile(join(root, path)));
      if (opened.kind === 'broken' || file.kind === 'broken' || after.kind === 'broken') throw new Error(name);
      expect(after.text, name).toContain('# edited');
      if (file.format.upgradedFrom !== null) {
        counts.rewritten += 1;
        continue;
      }
      const range = file.layout.cells[target]?.range ?? { start: 0, end: 0 };
      expect(after.text.startsWith(opened.text.slice(0, range.start)), name).toBe(true);
      expect(after.text.endsWith(opened.text.slice(range.end)), name).toBe(true);
      counts.edited += 1;
    }
    await rooms.stop();
    await rm(base, { recursive: true, force: true });
    console.log('corpus through rooms:', counts);
    expect(counts.edited).toBeGreaterThan(0);
  },
  300_000,
);
