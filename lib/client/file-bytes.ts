import { apiUrl } from '#lib/protocol/http/api-url.ts';
import { type Fault, fault, faultSchema } from '#lib/core/fault.ts';

/** A part of a file. `size` is that of the whole file, bytes; `version` changes when its bytes may have. */
export type FileBytes = { readonly bytes: Uint8Array<ArrayBuffer>; readonly size: number; readonly version: string };

/** Reads the bytes `from` up to, without, `to`; without a range the whole file. Never rejects. */
export async function readFileBytes(
  path: string,
  range?: { readonly from: number; readonly to: number },
): Promise<Fault | FileBytes> {
  try {
    const response = await fetch(apiUrl('readFile', { query: { path } }), {
      credentials: 'same-origin',
      ...(range === undefined ? {} : { headers: { range: `bytes=${range.from}-${range.to - 1}` } }),
    });
    const version = response.headers.get('etag') ?? '';
    // Nothing of the file lies in the range: it is empty, or shorter than it was.
    const total = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
    if (response.status === 416) return { bytes: new Uint8Array(), size: Number(total ?? 0), version };
    if (!response.ok) {
      const known = faultSchema.safeParse(await response.json());
      return known.success ? known.data : fault('server.stopping', `The server answered ${response.status}.`);
    }
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { bytes, size: total === undefined ? bytes.length : Number(total), version };
  } catch (error) {
    return fault(
      'server.stopping',
      `The file could not be read (${error instanceof Error ? error.message : String(error)}).`,
      'Check that the server is still running, then try again.',
    );
  }
}

/** SHA-256, hex: the condition of a write. Null where the page has no secure address, which browsers ask for. */
export async function hashBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
  const subtle = (globalThis.crypto as Partial<Crypto>).subtle;
  if (subtle === undefined) return null;
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
