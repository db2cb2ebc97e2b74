import type { CellId } from '#lib/core/ids.ts';
import { isJsonObject, type JsonValue } from '#lib/core/json.ts';
import { findMember, type Member, parseRange, type Range } from './json-ranges.ts';
import type { CellType, NotebookCell } from './model.ts';
import type { Output } from './output.ts';
import { joinLines, readCount, readOutput } from './read-output.ts';

/** A cell before it has its id. Outputs are parsed when somebody asks for them: most of a file is outputs. */
export type ReadCell = Omit<NotebookCell, 'id' | 'outputs'> & { readonly outputs: () => readonly Output[] };

/** Reads one cell of format 4 by the members that the scanner found. */
export function readCell(text: string, members: readonly Member[], nonFinite: readonly Range[]): ReadCell {
  const value = (key: string): JsonValue | undefined => {
    const member = findMember(members, key);
    return member && parseRange(text, member.value, nonFinite);
  };
  const type = readType(value('cell_type'));
  const metadata = value('metadata');
  const attachments = value('attachments');
  return {
    type,
    source: normalise(joinLines(value('source')) ?? ''),
    metadata: isJsonObject(metadata) ? metadata : {},
    ...(isJsonObject(attachments) ? { attachments } : {}),
    executionCount: type === 'code' ? readCount(value('execution_count')) : null,
    outputs: () => {
      const outputs = type === 'code' ? value('outputs') : undefined;
      return Array.isArray(outputs) ? (outputs as readonly JsonValue[]).map(readOutput) : [];
    },
  };
}

/** The cell with its id; its outputs are read once, at the first question. */
export function withId(id: CellId, { outputs, ...cell }: ReadCell): NotebookCell {
  // Once they are read, the text is let go.
  let kept: readonly Output[] | (() => readonly Output[]) = outputs;
  return {
    id,
    ...cell,
    get outputs() {
      if (typeof kept === 'function') kept = kept();
      return kept;
    },
  };
}

function readType(value: JsonValue | undefined): CellType {
  return value === 'code' || value === 'markdown' || value === 'raw' ? value : 'unknown';
}

/** Editors and the shared document know one line end. */
export function normalise(source: string): string {
  return source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
}
