import type { z } from 'zod';
import type { Action } from '#lib/core/access/decide.ts';

/** A message a browser sends and the server answers. `action` is what `decide()` is asked before the handler runs. */
export type UpMessage<Request extends z.ZodType = z.ZodType, Reply extends z.ZodType = z.ZodType> = {
  readonly name: string;
  readonly action: Action;
  readonly request: Request;
  readonly reply: Reply;
};

/** A message the server sends to those who follow a notebook or the workspace. */
export type DownMessage<Payload extends z.ZodType = z.ZodType> = { readonly name: string; readonly payload: Payload };

export const up = <Request extends z.ZodType, Reply extends z.ZodType>(message: UpMessage<Request, Reply>) => message;
export const down = <Payload extends z.ZodType>(message: DownMessage<Payload>) => message;
