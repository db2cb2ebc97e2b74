import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { clusterId } from '#lib/core/ids.ts';
import { readNotebookCluster, writeNotebookCluster } from './notebook-cluster.ts';
import { readNotebookMetadata, setNotebookMetadata } from './notebook-doc.ts';

const cluster = { id: clusterId('c1'), kind: 'dask', label: 'Dask' } as const;

it('is kept beside what else is there, and forgotten without a trace', () => {
  const doc = new Y.Doc();
  setNotebookMetadata(doc, { kernelspec: { name: 'python3' }, farfield: { agent: false } });
  writeNotebookCluster(doc, cluster);
  expect(readNotebookMetadata(doc)).toEqual({
    kernelspec: { name: 'python3' },
    farfield: { agent: false, cluster: { id: 'c1', kind: 'dask', label: 'Dask' } },
  });
  expect(readNotebookCluster(readNotebookMetadata(doc))).toEqual(cluster);
  writeNotebookCluster(doc, null);
  expect(readNotebookMetadata(doc)).toEqual({ kernelspec: { name: 'python3' }, farfield: { agent: false } });
  setNotebookMetadata(doc, {});
  writeNotebookCluster(doc, cluster);
  writeNotebookCluster(doc, null);
  expect(readNotebookMetadata(doc)).toEqual({});
});

it('writes nothing where nothing changes', () => {
  const doc = new Y.Doc();
  writeNotebookCluster(doc, cluster);
  let updates = 0;
  doc.on('update', () => (updates += 1));
  writeNotebookCluster(doc, { ...cluster });
  expect(updates).toBe(0);
});

it.each([
  [{}],
  [{ farfield: 3 }],
  [{ farfield: { cluster: { id: '', kind: 'dask', label: 'x' } } }],
  [{ farfield: { cluster: { id: 'c', kind: 'mesos', label: 'x' } } }],
])('a file that says something else says nothing: %j', (metadata) => {
  expect(readNotebookCluster(metadata)).toBeNull();
});
