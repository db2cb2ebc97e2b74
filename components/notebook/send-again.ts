import type { Connection } from '#lib/client/connection-port.ts';
import { isFault, type Fault } from '#lib/core/fault.ts';

/** For so long a request whose answer was lost is sent again, and so long after an answer that says "not yet". ms */
const patience = 60_000;
const pause = 300;

export type SendEffects = {
  /** ms since any time */
  readonly now: () => number;
  readonly after: (ms: number, then: () => void) => () => void;
};

/**
 * Sends a request until it is answered. Only for requests that the server carries out once however often they come:
 * whether one whose answer was lost had arrived, nobody knows here. What cannot be sent at all is not kept.
 */
export async function sendAgain<Reply extends object>(
  connection: Pick<Connection, 'status' | 'onStatus'>,
  send: () => Promise<Reply | Fault>,
  effects: SendEffects = browserEffects,
): Promise<Reply | Fault> {
  const until = effects.now() + patience;
  const mayHaveLeft = connection.status() === 'connected';
  let answer = await send();
  let lost = false;
  while (mayHaveLeft && effects.now() < until) {
    if (isFault(answer) && answer.fault === 'server.stopping') lost = true;
    // On a new line the document is opened first.
    else if (!lost || !isFault(answer) || answer.fault !== 'notebook.notOpen') return answer;
    await nextChance(connection, until - effects.now(), effects);
    answer = await send();
  }
  return answer;
}

/** A moment later on a line that stands, else when there is one again, or when time is up. */
function nextChance(
  connection: Pick<Connection, 'status' | 'onStatus'>,
  left: number,
  { after }: SendEffects,
): Promise<void> {
  return new Promise((resolve) => {
    if (connection.status() === 'connected') return void after(pause, resolve);
    const done = (): void => {
      forget();
      callOff();
      resolve();
    };
    const callOff = after(left, done);
    const forget = connection.onStatus(() => {
      if (connection.status() === 'connected') done();
    });
  });
}

const browserEffects: SendEffects = {
  now: () => performance.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
};
