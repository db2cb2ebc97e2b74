import { isJsonObject, type JsonObject, type JsonValue } from '#lib/core/json.ts';

/**
 * What a cell's metadata says about hidden parts, in the words of nbformat and JupyterLab: `jupyter.source_hidden`,
 * `jupyter.outputs_hidden` with its older twin `collapsed`, `scrolled`, `jp-MarkdownHeadingCollapsed`. Writing leaves no
 * key behind that says nothing, so that hiding and showing again gives back the same metadata.
 */

export type HiddenPart = 'source' | 'outputs' | 'section';

export const sectionKey = 'jp-MarkdownHeadingCollapsed';

export function isHidden(metadata: JsonObject, part: HiddenPart): boolean {
  const jupyter = jupyterOf(metadata);
  switch (part) {
    case 'source':
      return jupyter['source_hidden'] === true;
    case 'outputs':
      return jupyter['outputs_hidden'] === true || metadata['collapsed'] === true;
    case 'section':
      return metadata[sectionKey] === true;
  }
}

/** The metadata with one part hidden or shown; the very same object when it says so already. */
export function withHidden(metadata: JsonObject, part: HiddenPart, hidden: boolean): JsonObject {
  if (isHidden(metadata, part) === hidden) return metadata;
  switch (part) {
    case 'source':
      return withJupyter(metadata, 'source_hidden', hidden);
    case 'outputs':
      return withKey(withJupyter(metadata, 'outputs_hidden', hidden), 'collapsed', hidden || undefined);
    case 'section':
      return withKey(metadata, sectionKey, hidden || undefined);
  }
}

/** Whether long outputs stand in a box of their own: null when the metadata leaves that to the screen. */
export function isScrolled(metadata: JsonObject): boolean | null {
  const { scrolled } = metadata;
  return typeof scrolled === 'boolean' ? scrolled : null;
}

export function withScrolled(metadata: JsonObject, scrolled: boolean): JsonObject {
  return isScrolled(metadata) === scrolled ? metadata : withKey(metadata, 'scrolled', scrolled);
}

function jupyterOf(metadata: JsonObject): JsonObject {
  const { jupyter } = metadata;
  return isJsonObject(jupyter) ? jupyter : {};
}

function withJupyter(metadata: JsonObject, key: string, hidden: boolean): JsonObject {
  const jupyter = withKey(jupyterOf(metadata), key, hidden || undefined);
  return withKey(metadata, 'jupyter', Object.keys(jupyter).length === 0 ? undefined : jupyter);
}

function withKey(metadata: JsonObject, key: string, value: JsonValue | undefined): JsonObject {
  const entries = Object.entries(metadata).filter(([name]) => name !== key);
  return Object.fromEntries(value === undefined ? entries : [...entries, [key, value]]);
}
