import { documentAwareness } from './document-awareness.ts';
import { documentClose } from './document-close.ts';
import { documentHead } from './document-head.ts';
import { documentOpen } from './document-open.ts';
import { documentResolve } from './document-resolve.ts';
import { documentSave } from './document-save.ts';
import { documentTail } from './document-tail.ts';
import { documentUpdate } from './document-update.ts';
import { inputAnswer } from './input-answer.ts';
import { kernelComplete } from './kernel-complete.ts';
import { kernelHistory } from './kernel-history.ts';
import { kernelLaunchCancel } from './kernel-launch.ts';
import { kernelInspect } from './kernel-inspect.ts';
import { queueHold } from './queue-hold.ts';
import { queueRelease } from './queue-release.ts';
import { queueReorder } from './queue-reorder.ts';
import { queueStopOnError } from './queue-stop-on-error.ts';
import { resourceLeave, resourceWatch } from './resource-watch.ts';
import { resultsClear } from './results-clear.ts';
import { resultsFollow } from './results-follow.ts';
import { resultsRead } from './results-read.ts';
import { runCancel } from './run-cancel.ts';
import { runRequest } from './run-request.ts';
import { terminalTaken } from './terminal-data.ts';
import { terminalFollow, terminalLeave } from './terminal-follow.ts';
import { terminalInput } from './terminal-input.ts';
import { terminalResize } from './terminal-resize.ts';

/** All messages a browser may send, by name: the only door up. */
export const upMessages = {
  'document.head': documentHead,
  'document.tail': documentTail,
  'document.open': documentOpen,
  'document.update': documentUpdate,
  'document.awareness': documentAwareness,
  'document.close': documentClose,
  'document.save': documentSave,
  'document.resolve': documentResolve,
  'results.follow': resultsFollow,
  'results.read': resultsRead,
  'results.clear': resultsClear,
  'run.request': runRequest,
  'run.cancel': runCancel,
  'input.answer': inputAnswer,
  'queue.reorder': queueReorder,
  'queue.hold': queueHold,
  'queue.release': queueRelease,
  'queue.stopOnError': queueStopOnError,
  'kernel.launchCancel': kernelLaunchCancel,
  'kernel.complete': kernelComplete,
  'kernel.inspect': kernelInspect,
  'kernel.history': kernelHistory,
  'terminal.follow': terminalFollow,
  'terminal.leave': terminalLeave,
  'terminal.input': terminalInput,
  'terminal.resize': terminalResize,
  'terminal.taken': terminalTaken,
  'resource.watch': resourceWatch,
  'resource.leave': resourceLeave,
} as const;

export type UpMessages = typeof upMessages;
export type UpName = keyof UpMessages;
