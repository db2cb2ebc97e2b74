import { clusterId, type ClusterId } from '#lib/core/ids.ts';

/**
 * How the page of a cluster is named among the documents of the layout. Paths of files have no slash at their beginning,
 * so that no file is ever taken for one.
 */
export function clusterPath(id: ClusterId): string {
  return `/clusters/${id}`;
}

/** The cluster whose page a document of the layout is; null for others. */
export function clusterOf(path: string): ClusterId | null {
  const id = /^\/clusters\/([\w.-]{1,128})$/.exec(path)?.[1];
  return id === undefined ? null : clusterId(id);
}
