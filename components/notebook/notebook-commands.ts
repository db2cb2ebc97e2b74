import type { CellId } from '#lib/core/ids.ts';
import { cellId } from '#lib/core/ids.ts';
import { Answering } from './commands/answering.ts';
import { Clipping } from './commands/clipping.ts';
import { Collapsing } from './commands/collapsing.ts';
import { Editing } from './commands/editing.ts';
import { Joining } from './commands/joining.ts';
import { Finding } from './commands/finding.ts';
import { KernelLife } from './commands/kernel-life.ts';
import type { CommandParts } from './commands/parts.ts';
import { Queueing } from './commands/queueing.ts';
import { Reading } from './commands/reading.ts';
import { PastRuns } from './commands/past-runs.ts';
import { Running } from './commands/running.ts';
import { Saving } from './commands/saving.ts';
import { Selecting } from './commands/selecting.ts';
import { Typing } from './commands/typing.ts';
import type { KernelHelp } from './kernel-help/kernel-help.ts';

/**
 * Everything a person does with the cells of one notebook, by key, button or palette: one class per topic. They own no
 * state: the document, the selection and the runner have it.
 */
export class NotebookCommands {
  readonly selecting: Selecting;
  readonly typing: Typing;
  readonly collapsing: Collapsing;
  readonly editing: Editing;
  readonly joining: Joining;
  readonly clipping: Clipping;
  readonly running: Running;
  readonly queueing: Queueing;
  readonly answering: Answering;
  readonly life: KernelLife;
  readonly pastRuns: PastRuns;
  readonly saving: Saving;
  readonly help: KernelHelp;
  readonly finding: Finding;
  readonly reading: Reading;

  constructor(parts: CommandParts) {
    this.selecting = new Selecting(parts);
    this.typing = new Typing(parts, this.selecting);
    this.collapsing = new Collapsing(parts, this.selecting);
    this.editing = new Editing(parts, this.selecting, this.collapsing);
    this.joining = new Joining(parts, this.selecting, this.collapsing, this.editing);
    this.clipping = new Clipping(parts, this.selecting, this.editing);
    this.running = new Running(parts, this.selecting, this.collapsing, this.editing);
    this.life = new KernelLife(parts, this.selecting, this.running);
    this.answering = new Answering(parts, this.selecting, this.collapsing);
    this.queueing = new Queueing(parts, this.selecting);
    this.pastRuns = new PastRuns(parts, this.selecting, this.editing);
    this.saving = new Saving(parts);
    this.help = parts.help;
    this.finding = new Finding(parts);
    this.reading = new Reading(parts);
  }
}

/** An id as nbformat 4.5 wants it: letters and digits, at most 64. */
export function newCellId(): CellId {
  return cellId(crypto.randomUUID().replaceAll('-', '').slice(0, 12));
}
