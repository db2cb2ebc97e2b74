import type { Socket } from 'node:net';
import type { Direction, PairParts } from './proxy-rules.ts';

/** Bytes that wait here before the sender is held back. */
const mostWaiting = 64 * 1024;
/** Slices per second of a throttled stream. */
const slicesPerSecond = 20;

type Piece = { readonly chunk: Buffer; readonly at: number };

/** One direction of one proxied connection: takes pieces in order, and hands them on as the rules of the moment say. */
export class ProxiedStream {
  readonly #direction: Direction;
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #parts: PairParts;
  readonly #queue: Piece[] = [];
  #waiting = 0;
  #sourceEnded = false;
  #moving = false;
  /** A byte was lost here: nothing behind it may arrive. */
  #broken = false;
  /** The end was handed on. */
  ended = false;

  constructor(direction: Direction, from: Socket, to: Socket, parts: PairParts) {
    this.#direction = direction;
    this.#from = from;
    this.#to = to;
    this.#parts = parts;
    from.on('data', (chunk: Buffer) => {
      this.#queue.push({ chunk, at: performance.now() });
      this.#waiting += chunk.length;
      if (this.#waiting > mostWaiting) from.pause();
      void this.#move();
    });
    from.on('end', () => {
      this.#sourceEnded = true;
      void this.#move();
    });
  }

  async #move(): Promise<void> {
    if (this.#moving) return;
    this.#moving = true;
    try {
      for (let piece = this.#queue[0]; piece !== undefined && !this.#to.destroyed; piece = this.#queue[0]) {
        await this.#passes(piece.at);
        await this.#handOn(piece.chunk);
        this.#queue.shift();
        this.#waiting -= piece.chunk.length;
        if (this.#waiting <= mostWaiting) this.#from.resume();
      }
      if (!this.#sourceEnded || this.ended) return;
      await this.#passes(performance.now());
      if (this.#isHole()) return;
      this.ended = true;
      this.#to.end();
    } finally {
      this.#moving = false;
    }
  }

  /** Waits while all is frozen, and until a piece that arrived at `at` has been on its way for as long as the delay says. */
  async #passes(at: number): Promise<void> {
    for (;;) {
      const rules = this.#parts.rules();
      if (this.#to.destroyed) return;
      const left = rules.frozen ? Infinity : at + rules.delayMs[this.#direction] - performance.now();
      if (left <= 0) return;
      await this.#pause(left);
    }
  }

  async #handOn(chunk: Buffer): Promise<void> {
    const { counts } = this.#parts;
    for (let at = 0; at < chunk.length && !this.#to.destroyed;) {
      await this.#passes(0);
      if (this.#isHole()) {
        counts.eaten[this.#direction] += chunk.length - at;
        return;
      }
      if (at === 0 && this.#blocksUpgrade(chunk)) return;
      const rate = this.#parts.rules().bytesPerSecond[this.#direction];
      const size = rate === Infinity ? chunk.length - at : Math.max(1, Math.floor(rate / slicesPerSecond));
      const slice = chunk.subarray(at, at + size);
      await new Promise<void>((resolve) => this.#to.write(slice, () => resolve()));
      counts.forwarded[this.#direction] += slice.length;
      at += slice.length;
      if (rate !== Infinity) await this.#pause((slice.length / rate) * 1000);
    }
  }

  #isHole(): boolean {
    this.#broken ||= this.#parts.rules().hole[this.#direction];
    return this.#broken;
  }

  /** Requests come whole in their first piece: they are small. */
  #blocksUpgrade(chunk: Buffer): boolean {
    const { upgrades } = this.#parts.rules();
    if (upgrades === 'pass' || this.#direction !== 'up') return false;
    const text = chunk.toString('latin1');
    if (!/^GET [^\r\n]+\r\n/.test(text) || !/\r\nupgrade: *websocket\r\n/i.test(text)) return false;
    this.#parts.counts.upgradesBlocked += 1;
    this.#broken = true;
    if (upgrades === 'refuse')
      this.#from.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n', () => {
        this.#from.destroy();
        this.#to.destroy();
      });
    return true;
  }

  /** At most `ms`, less when the rules change or a side closes. */
  #pause(ms: number): Promise<void> {
    const { changed } = this.#parts;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        changed.delete(done);
        this.#to.off('close', done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1));
      changed.add(done);
      this.#to.once('close', done);
    });
  }
}
