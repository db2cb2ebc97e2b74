import { z } from 'zod';
import { inputIdField, notebookIdField, replyOr, runIdField } from './fields.ts';
import { up } from './message.ts';

/** UTF-16 units of one answer: a line, not a file. */
export const longestAnswer = 100_000;

/** Answers the question of a running cell (`input()`, `getpass()`). The first answer counts; a later one is a fault. */
export const inputAnswer = up({
  name: 'input.answer',
  action: 'notebook.run',
  request: z.object({
    notebookId: notebookIdField,
    runId: runIdField,
    inputId: inputIdField,
    text: z.string().max(longestAnswer),
  }),
  reply: replyOr(z.object({})),
});
