import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { ProxiedStream } from './proxied-stream.ts';
import type { Direction, PairParts, ProxyCounts, ProxyRules, Sides, UpgradeRule } from './proxy-rules.ts';

const untouched = (): ProxyRules => ({
  hole: { up: false, down: false },
  bytesPerSecond: { up: Infinity, down: Infinity },
  delayMs: { up: 0, down: 0 },
  frozen: false,
  upgrades: 'pass',
});

/**
 * A TCP proxy on loopback that misbehaves on demand, to put between a browser and this server or between this server and
 * a gateway. Rules hold for the connections that are open and for those to come, until `heal`.
 */
export class FaultProxy implements AsyncDisposable {
  readonly counts: ProxyCounts = {
    accepted: 0,
    open: 0,
    refused: 0,
    cut: 0,
    upgradesBlocked: 0,
    forwarded: { up: 0, down: 0 },
    eaten: { up: 0, down: 0 },
  };
  #rules = untouched();
  #refusing = false;
  #target: number;
  #port = 0;
  #server: Server;
  readonly #pairs = new Set<Pair>();
  /** Woken at every change of the rules. */
  readonly #wake = new Set<() => void>();

  private constructor(targetPort: number) {
    this.#target = targetPort;
    this.#server = this.#createServer();
  }

  /** Listens on `port`, or on a free one, and hands everything on to `targetPort` of loopback. */
  static async start(targetPort: number, port = 0): Promise<FaultProxy> {
    const proxy = new FaultProxy(targetPort);
    await proxy.#listen(port);
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** `http://127.0.0.1:<port>`, without a slash. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Where connections go from now on. */
  aim(targetPort: number): void {
    this.#target = targetPort;
  }

  /** Ends all connections that are open: `reset` with an RST, `end` with a FIN to both sides. Answers how many. */
  cut(how: 'reset' | 'end' = 'reset'): number {
    const pairs = [...this.#pairs];
    for (const pair of pairs) pair.cut(how);
    this.counts.cut += pairs.length;
    return pairs.length;
  }

  /** Nothing listens any more; what is open stays so. A client is told at once that nobody is there. */
  async refuse(): Promise<void> {
    if (this.#refusing) return;
    this.#refusing = true;
    const closed = once(this.#server, 'close');
    this.#server.close();
    // `close` comes only when the last connection is gone, but the port is free at once.
    void closed.catch(() => undefined);
  }

  /** Listens again after `refuse`. */
  async accept(): Promise<void> {
    if (!this.#refusing) return;
    this.#refusing = false;
    this.#server = this.#createServer();
    await this.#listen(this.#port);
  }

  /**
   * Takes what comes and forwards nothing of it, as a dead link does: nobody is told. A connection that lost a byte stays
   * a hole in that direction after `heal`, for a stream with a piece missing is no fault that TCP knows.
   */
  blackHole(sides: Sides = 'both'): void {
    this.#change((rules) => each(sides, (side) => void (rules.hole[side] = true)));
  }

  throttle(sides: Sides, bytesPerSecond: number): void {
    this.#change((rules) => each(sides, (side) => void (rules.bytesPerSecond[side] = bytesPerSecond)));
  }

  delay(sides: Sides, ms: number): void {
    this.#change((rules) => each(sides, (side) => void (rules.delayMs[side] = ms)));
  }

  /** Nothing moves, nothing is lost, nothing is closed; new connections are taken and wait. Ends with `heal`. */
  freeze(): void {
    this.#change((rules) => void (rules.frozen = true));
  }

  upgrades(rule: UpgradeRule): void {
    this.#change((rules) => void (rules.upgrades = rule));
  }

  /** All rules back to forwarding everything at once. Does not undo `refuse`. */
  heal(): void {
    this.#rules = untouched();
    for (const wake of this.#wake) wake();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pair of this.#pairs) pair.cut('reset');
    await this.refuse();
    for (const wake of this.#wake) wake();
  }

  #change(change: (rules: ProxyRules) => void): void {
    change(this.#rules);
    for (const wake of this.#wake) wake();
  }

  async #listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #createServer(): Server {
    return createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      this.counts.accepted += 1;
      const pair = new Pair(client, this.#target, {
        rules: () => this.#rules,
        counts: this.counts,
        changed: this.#wake,
        gone: () => {
          this.counts.open -= 1;
          this.#pairs.delete(pair);
        },
      });
      this.counts.open += 1;
      this.#pairs.add(pair);
    });
  }
}

/** A client's connection and the one that was made for it. */
class Pair {
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #parts: PairParts;
  #gone = false;
  #reached = false;

  constructor(client: Socket, targetPort: number, parts: PairParts) {
    this.#client = client;
    this.#parts = parts;
    this.#target = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.#target.once('connect', () => (this.#reached = true));
    const streams = [
      new ProxiedStream('up', this.#client, this.#target, parts),
      new ProxiedStream('down', this.#target, this.#client, parts),
    ];
    for (const [socket, other] of [
      [this.#client, this.#target],
      [this.#target, this.#client],
    ] as const) {
      socket.on('error', () => undefined);
      socket.on('close', (hadError) => {
        // Nobody hears of it through a hole or while all is frozen: the other side finds out by itself.
        const { hole, frozen } = parts.rules();
        if (socket === this.#target && !this.#gone && !this.#reached) parts.counts.refused += 1;
        if (!frozen && !hole.up && !hole.down) {
          if (hadError) other.resetAndDestroy();
          else if (streams.every((stream) => stream.ended)) other.destroy();
        }
        if (this.#client.destroyed && this.#target.destroyed) this.#leave();
      });
    }
  }

  cut(how: 'reset' | 'end'): void {
    for (const socket of [this.#client, this.#target]) {
      if (how === 'end') {
        socket.end(() => socket.destroy());
        // A peer that does not read does not let the FIN out: not waited for.
        setTimeout(() => socket.destroy(), 1_000).unref();
      } else if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    }
    this.#leave();
  }

  #leave(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#parts.gone();
  }
}

function each(sides: Sides, act: (side: Direction) => void): void {
  if (sides !== 'down') act('up');
  if (sides !== 'up') act('down');
}
