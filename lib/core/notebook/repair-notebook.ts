import type { ReadingStopped } from './layout.ts';

/** A mended text to offer; nobody writes it without asking. */
type Repair = { readonly text: string; readonly description: string };

/**
 * Explains why a text is no notebook and derives a mended one where that is possible. A repair is offered only when
 * `reads` accepts its result.
 */
export function offerRepair(
  text: string,
  stopped: ReadingStopped,
  reads: (candidate: string) => boolean,
): { message: string; repair: Repair | null } {
  if (text.replace('\uFEFF', '').trim() === '') {
    return {
      message: 'The file is empty',
      repair: { text: emptyNotebook(), description: 'Start an empty notebook in this file' },
    };
  }
  let message = stopped.message;
  const done: string[] = [];
  let mended = text;
  const step = (description: string, next: string): boolean => {
    if (next === mended) return false;
    mended = next;
    done.push(description);
    return reads(mended);
  };
  const offer = (): { message: string; repair: Repair } => ({
    message,
    repair: { text: mended, description: sentence(done) },
  });

  if (step('remove the byte order mark', mended.replace(/^\uFEFF/, ''))) return offer();
  if (hasMergeMarkers(mended)) {
    message = `The file has unresolved merge markers. ${message}`;
    if (step('keep our side of the merge', keepOurs(mended))) return offer();
  }
  const opening = /^[ \t]*\{/m.exec(mended);
  if (opening && opening.index > 0 && !/^\s*$/.test(mended.slice(0, opening.index))) {
    message = `There is text before the notebook begins. ${message}`;
    if (step('remove the text before the notebook', mended.slice(opening.index))) return offer();
  }
  if (step('remove commas with nothing after them', withoutTrailingCommas(mended))) return offer();
  if (done.length === 0) {
    const whole = mended.slice(0, stopped.offset);
    if (reads(whole)) {
      mended = whole;
      done.push('remove the text after the end of the notebook');
      return offer();
    }
    const closed = closeAfterLastCell(text, stopped);
    if (closed !== null && reads(closed)) {
      mended = closed;
      done.push(`keep the ${stopped.cells.length} whole cells before the fault`);
      return offer();
    }
  }
  return { message, repair: null };
}

function sentence(steps: readonly string[]): string {
  const text = steps.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function hasMergeMarkers(text: string): boolean {
  return /^<{7}( |\r?$)/m.test(text) && /^>{7}( |\r?$)/m.test(text);
}

function keepOurs(text: string): string {
  const kept: string[] = [];
  let side: 'both' | 'ours' | 'theirs' = 'both';
  for (const line of text.split(/(?<=\n)/)) {
    if (/^<{7}(\s|$)/.test(line)) side = 'ours';
    else if (side === 'ours' && /^(\|{7}|={7})(\s|$)/.test(line)) side = 'theirs';
    else if (side === 'theirs' && /^>{7}(\s|$)/.test(line)) side = 'both';
    else if (side !== 'theirs') kept.push(line);
  }
  return kept.join('');
}

function withoutTrailingCommas(text: string): string {
  const pieces: string[] = [];
  let from = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === ',') {
      let next = at + 1;
      while (/\s/.test(text[next] ?? '')) next++;
      if (text[next] === ']' || text[next] === '}') {
        pieces.push(text.slice(from, at));
        from = at + 1;
      }
      at = next - 1;
    }
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}

function closeAfterLastCell(text: string, stopped: ReadingStopped): string | null {
  const last = stopped.cells.at(-1);
  if (!last) return null;
  const before = new Set(stopped.members.map((member) => member.key));
  const minor = /"id"\s*:/.test(text.slice(stopped.cells[0]?.start, last.end)) ? 5 : 4;
  const rest = [
    ...(before.has('metadata') ? [] : ['"metadata": {}']),
    ...(before.has('nbformat') ? [] : ['"nbformat": 4']),
    ...(before.has('nbformat_minor') ? [] : [`"nbformat_minor": ${minor}`]),
  ];
  return `${text.slice(0, last.end)}\n ]${rest.map((member) => `,\n ${member}`).join('')}\n}\n`;
}

/** Text of a notebook without cells, in nbformat's own style. */
export function emptyNotebook(kernelspec?: {
  readonly name: string;
  readonly display_name: string;
  readonly language?: string;
}): string {
  const metadata = kernelspec
    ? {
        kernelspec: {
          display_name: kernelspec.display_name,
          ...(kernelspec.language === undefined ? {} : { language: kernelspec.language }),
          name: kernelspec.name,
        },
      }
    : {};
  return `${JSON.stringify({ cells: [], metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}
