import type { JsonValue } from '#lib/core/json.ts';
import { escapeHtml } from './escape-html.ts';

export type JsonTreeOptions = {
  /** Levels that are written; deeper values show as `…`. */
  readonly maxDepth?: number;
  /** Children per object or array. */
  readonly maxChildren?: number;
  /** Values in the whole tree. */
  readonly maxNodes?: number;
};

const maxString = 2_000;

/** A JSON value as a tree of `details`, open at the first level. Bounded in depth and count; what is left out is said. */
export function renderJsonTree(value: JsonValue, options: JsonTreeOptions = {}): string {
  const bounds = { maxDepth: 12, maxChildren: 200, maxNodes: 2_000, ...options };
  const budget = { left: bounds.maxNodes };
  return `<div class="json-tree">${renderNode(undefined, value, 0, bounds, budget)}</div>`;
}

type Budget = { left: number };

function renderNode(
  key: string | undefined,
  value: JsonValue,
  depth: number,
  bounds: Required<JsonTreeOptions>,
  budget: Budget,
): string {
  budget.left -= 1;
  const label = key === undefined ? '' : `<span class="json-key">${escapeHtml(key.slice(0, maxString))}</span>: `;
  if (typeof value !== 'object' || value === null) return `<div class="json-leaf">${label}${renderScalar(value)}</div>`;
  const isArray = Array.isArray(value);
  const count = isArray ? value.length : Object.keys(value).length;
  const size = isArray ? `[${count}]` : `{${count}}`;
  if (count === 0) return `<div class="json-leaf">${label}${isArray ? '[]' : '{}'}</div>`;
  if (depth >= bounds.maxDepth) return `<div class="json-leaf">${label}${size} <span class="json-more">…</span></div>`;
  let children = '';
  let shown = 0;
  for (const [name, child] of Object.entries(value)) {
    if (shown >= bounds.maxChildren || budget.left <= 0) break;
    children += renderNode(name, child as JsonValue, depth + 1, bounds, budget);
    shown += 1;
  }
  const more = shown < count ? `<div class="json-more">… ${count - shown} more</div>` : '';
  const open = depth === 0 ? ' open' : '';
  return `<details${open}><summary>${label}<span class="json-size">${size}</span></summary>${children}${more}</details>`;
}

function renderScalar(value: null | boolean | number | string): string {
  if (typeof value !== 'string')
    return `<span class="json-${value === null ? 'null' : typeof value}">${String(value)}</span>`;
  const cut =
    value.length > maxString ? ` <span class="json-more">… ${value.length - maxString} more characters</span>` : '';
  return `<span class="json-string">${escapeHtml(JSON.stringify(value.slice(0, maxString)))}</span>${cut}`;
}
