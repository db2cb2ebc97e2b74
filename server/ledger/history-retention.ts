import type { SettingsStore } from '#server/settings/settings.ts';
import { ledgerEffects, type LedgerEffects } from './ledger.ts';
import { retainRuns, type RetentionParts } from './retention.ts';

const dayMs = 86_400_000;

/** Keeps the ledger within what the settings allow: at the start, every day, and when they change. */
export class HistoryRetention {
  readonly #parts: RetentionParts;
  readonly #settings: SettingsStore;
  /** Blobs that no run needs any more can go. */
  readonly #onForgotten: () => Promise<unknown>;
  readonly #effects: LedgerEffects;
  #off: (() => void) | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(
    parts: RetentionParts & { readonly settings: SettingsStore; readonly onForgotten: () => Promise<unknown> },
    effects: LedgerEffects = ledgerEffects,
  ) {
    this.#parts = parts;
    this.#settings = parts.settings;
    this.#onForgotten = parts.onForgotten;
    this.#effects = effects;
  }

  run(): void {
    this.#settings.onChanged(() => void this.enforce());
    void this.enforce();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#off?.();
    await this.#last;
  }

  /** One at a time: a change that comes meanwhile is obeyed next. */
  enforce(): Promise<unknown> {
    this.#off?.();
    this.#last = this.#last.then(() => this.#once());
    return this.#last;
  }

  async #once(): Promise<void> {
    if (this.#stopped) return;
    const { now, report, after } = this.#effects;
    try {
      if ((await retainRuns(this.#parts, this.#settings.get().history, now())) > 0) await this.#onForgotten();
    } catch (error) {
      report(`ledger: old runs cannot be forgotten: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#off?.();
    this.#off = after(dayMs, () => void this.enforce());
  }
}
