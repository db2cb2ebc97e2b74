import * as Y from 'yjs';
import { fault, type Fault } from '#lib/core/fault.ts';

/** One edit larger than this is no edit. Bytes. */
const largestUpdate = 32 * 1024 * 1024;

/**
 * Looks at every update of a browser before it is applied. Yjs integrates while it decodes: a malformed update that
 * throws half-way has already changed the document it was applied to. What our own pages send is recognised by its
 * parts, at a cost that only depends on the update; anything else is tried on a copy of the document first.
 */
export class UpdateGate {
  readonly #doc: Y.Doc;

  constructor(doc: Y.Doc) {
    this.#doc = doc;
  }

  /** Null when the update may be applied. */
  check(update: Uint8Array): Fault | null {
    if (update.length > largestUpdate) return fault('request.invalid', 'The edit is too large.');
    let decoded: ReturnType<typeof Y.decodeUpdate>;
    try {
      decoded = Y.decodeUpdate(update);
    } catch {
      return unreadable();
    }
    const verdict = this.#judge(decoded);
    if (verdict === 'unknown') return this.#try(update);
    return verdict === 'behind' ? behind() : null;
  }

  /** `unknown` is for everything whose integration is not known to succeed. */
  #judge({ structs, ds }: ReturnType<typeof Y.decodeUpdate>): 'fine' | 'behind' | 'unknown' {
    const { store } = this.#doc;
    const brought = new Map<number, { end: number; readonly items: Map<number, Y.Item> }>();
    let section: number | null = null;
    for (const struct of structs) {
      const { client, clock } = struct.id;
      // Of two sections of one client Yjs would take the last one alone.
      if (client !== section && brought.has(client)) return 'unknown';
      section = client;
      const known = brought.get(client)?.end ?? Y.getState(store, client);
      if (struct.length === 0) return 'unknown';
      if (!(struct instanceof Y.Item || struct instanceof Y.GC)) return 'behind';
      if (clock > known) return 'behind';
      if (struct instanceof Y.Item && !isPlain(struct.content)) return 'unknown';
      const entry = brought.get(client) ?? { end: known, items: new Map() };
      entry.end = Math.max(entry.end, clock + struct.length);
      if (struct instanceof Y.Item) entry.items.set(clock, struct);
      brought.set(client, entry);
    }
    const isAhead = (id: Y.ID, { id: own }: Y.Item): boolean =>
      id.clock >= Y.getState(store, id.client) && (id.client !== own.client || id.clock >= own.clock);
    const has = ({ client, clock }: Y.ID): boolean => clock < (brought.get(client)?.end ?? Y.getState(store, client));
    for (const { items } of brought.values())
      for (const item of items.values()) {
        const parent: unknown = item.parent;
        const needed = [item.origin, item.rightOrigin, parent].filter((id) => id instanceof Y.ID);
        if (!needed.every(has)) return 'behind';
        if (needed.some((id) => isAhead(id, item))) return 'unknown';
        if (!(parent instanceof Y.ID)) continue;
        const isOld = parent.clock < Y.getState(store, parent.client);
        const holder = isOld ? Y.getItem(store, parent) : brought.get(parent.client)?.items.get(parent.clock);
        // A cell that was deleted meanwhile is a GC: what was typed in it goes with it.
        if (holder instanceof Y.Item && !holder.deleted && !(holder.content instanceof Y.ContentType)) return 'unknown';
        if (holder === undefined) return 'unknown';
      }
    for (const [client, ranges] of ds.clients)
      for (const { clock, len } of ranges) {
        if (len === 0) return 'unknown';
        if (!has(Y.createID(client, clock + len - 1))) return 'behind';
      }
    return 'fine';
  }

  #try(update: Uint8Array): Fault | null {
    const shadow = new Y.Doc();
    try {
      Y.applyUpdate(shadow, Y.encodeStateAsUpdate(this.#doc));
      Y.applyUpdate(shadow, update);
      return shadow.store.pendingStructs === null && shadow.store.pendingDs === null ? null : behind();
    } catch {
      return unreadable();
    } finally {
      shadow.destroy();
    }
  }
}

/** What a notebook's document is made of. */
function isPlain(content: Y.Item['content']): boolean {
  if (content instanceof Y.ContentType) return content.type instanceof Y.Map || content.type instanceof Y.Text;
  return [Y.ContentString, Y.ContentAny, Y.ContentDeleted].some((kind) => content instanceof kind);
}

const unreadable = (): Fault => fault('request.invalid', 'The edit could not be read.', 'Reload the page.');
const behind = (): Fault =>
  fault('document.behind', 'Edits before this one are missing.', 'The page sends them again by itself.');
