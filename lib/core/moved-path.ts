/** Where a workspace path is after something at or above it was moved `from` one path `to` another. */
export function movedPath(path: string, from: string, to: string): string {
  return path === from || path.startsWith(`${from}/`) ? to + path.slice(from.length) : path;
}
