/** `up` goes from the client to the target, `down` back. */
export type Direction = 'up' | 'down';
export type Sides = Direction | 'both';
/** What becomes of a request to change to WebSocket: answered 403, as by a strict proxy, or never answered. */
export type UpgradeRule = 'pass' | 'refuse' | 'swallow';

export type ProxyCounts = {
  /** Connections taken, now open, for which the target was not there, and cut by the proxy. */
  accepted: number;
  open: number;
  refused: number;
  cut: number;
  upgradesBlocked: number;
  /** Bytes handed on, and bytes that a black hole ate. */
  readonly forwarded: Record<Direction, number>;
  readonly eaten: Record<Direction, number>;
};

/** What the proxy does to traffic now. Read by every stream at every chunk; written by the proxy alone. */
export type ProxyRules = {
  hole: Record<Direction, boolean>;
  bytesPerSecond: Record<Direction, number>;
  delayMs: Record<Direction, number>;
  frozen: boolean;
  upgrades: UpgradeRule;
};

export type PairParts = {
  readonly rules: () => ProxyRules;
  readonly counts: ProxyCounts;
  readonly changed: Set<() => void>;
  readonly gone: () => void;
};
