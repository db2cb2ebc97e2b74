import type { JsonObject } from '#lib/core/json.ts';
import { withLost } from '#lib/core/notebook/marker.ts';
import type { Output } from '#lib/core/notebook/output.ts';
import type { LoadedCell, SessionEvent } from '#lib/core/session/event.ts';
import { isDisplay } from '#lib/core/session/stored-values.ts';
import { weighJson } from '#lib/core/session/weigh-json.ts';

/** Levels of nesting: far above any real output, far below what JSON and the wire can carry without overflowing. */
const mostLevels = 500;
/** Characters of one output or one piece of text. */
const mostCharacters = 64 * 1024 * 1024;
/** Of what is said of an output beside its values: it stays in memory. */
const mostMetadata = 1024 * 1024;

/**
 * An event as the log can carry it: content that is nested too deep or too long for the journal, the wire and the file
 * gives way to a sentence that says so. The same event when all is well.
 */
export function boundEvent(event: SessionEvent): SessionEvent {
  switch (event.type) {
    case 'OutputArrived': {
      const output = boundOutput(event.output);
      if (isDisplay(output)) {
        const metadata = boundMetadata(output.metadata);
        if (metadata !== output.metadata) return { ...event, output: { ...output, metadata } };
      }
      return output === event.output ? event : { ...event, output };
    }
    case 'DisplayUpdated': {
      const excess = excessOf(event);
      if (excess !== null) return { ...event, data: { 'text/plain': excess }, metadata: {} };
      const metadata = boundMetadata(event.metadata);
      return metadata === event.metadata ? event : { ...event, metadata };
    }
    case 'StreamArrived':
      if (event.text.length <= mostCharacters) return event;
      return { ...event, text: `${event.text.slice(0, mostCharacters)}\n[${tooLong(event.text.length)}]\n` };
    case 'CellsLoaded':
      return { ...event, cells: event.cells.map(boundCell) };
    default:
      return event;
  }
}

/** Outputs of a file are parsed and weighed when somebody asks for them, once. */
function boundCell(cell: LoadedCell): LoadedCell {
  let outputs: Output[] | undefined;
  return {
    cellId: cell.cellId,
    executionCount: cell.executionCount,
    get outputs() {
      return (outputs ??= cell.outputs.map(boundOutput));
    },
  };
}

function boundOutput(output: Output): Output {
  const excess = excessOf(output);
  if (excess === null) return output;
  if (output.output_type === 'display_data' || output.output_type === 'execute_result') {
    return { ...output, data: { 'text/plain': excess }, metadata: {} };
  }
  if (output.output_type === 'stream') return { ...output, text: output.text.slice(0, mostCharacters) };
  if (output.output_type === 'unknown' || output.output_type === 'withheld') {
    return { output_type: 'stream', name: 'stderr', text: `${excess}\n` };
  }
  return { ...output, evalue: excess, traceback: [] };
}

/** What is said of an output, or words where that is too long. What a file says is left alone: it is in the file. */
function boundMetadata(metadata: JsonObject): JsonObject {
  const { characters } = weighJson(metadata);
  if (characters <= mostMetadata) return metadata;
  const bare = { output_type: 'display_data' as const, data: {}, metadata: {} };
  return withLost(bare, [{ kind: 'metadata', bytes: characters, mostBytes: mostMetadata }]).metadata;
}

function excessOf(value: unknown): string | null {
  const { characters, depth } = weighJson(value);
  if (depth > mostLevels) return `This output is nested ${depth} levels deep; at most ${mostLevels} can be kept.`;
  return characters > mostCharacters ? tooLong(characters) : null;
}

function tooLong(characters: number): string {
  const mb = (count: number): number => Math.round(count / 1024 / 1024);
  return `This output has ${mb(characters)} MB; at most ${mb(mostCharacters)} MB can be kept.`;
}
