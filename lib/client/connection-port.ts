import type { z } from 'zod';
import type { DownMessages, DownName } from '#lib/protocol/down.ts';
import type { UpMessages, UpName } from '#lib/protocol/up.ts';

export type ConnectionStatus = 'connecting' | 'connected' | 'offline';

export type UpRequest<Name extends UpName> = z.input<UpMessages[Name]['request']>;
/** The reply or a fault; tell them apart with `isFault`. */
export type UpReply<Name extends UpName> = z.output<UpMessages[Name]['reply']>;
export type DownPayload<Name extends DownName> = z.output<DownMessages[Name]['payload']>;

/**
 * The one line to the server, as the document provider and the results store see it. After a reconnect nothing is
 * re-sent by itself: those who follow something listen to `onStatus` and resume from what they have.
 */
export interface Connection {
  /** Never rejects: a lost line is a fault of code `gateway.unreachable`'s kind for our own server, `server.stopping`. */
  request<Name extends UpName>(name: Name, payload: UpRequest<Name>): Promise<UpReply<Name>>;
  /** Returns the unsubscribe function. */
  on<Name extends DownName>(name: Name, handler: (payload: DownPayload<Name>) => void): () => void;
  status(): ConnectionStatus;
  onStatus(listener: () => void): () => void;
}
