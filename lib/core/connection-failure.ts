import { type Fault, FaultError, isFault } from '#lib/core/fault.ts';

/** Why a connection failed, as far as what was thrown tells. Who asked puts it into the words of its own family. */
export type ConnectionFailure =
  /** A guard on the way refused, and said why. */
  | { readonly why: 'fault'; readonly fault: Fault }
  /** The limit that the asker had set, or its caller's call to stop. */
  | { readonly why: 'limit' }
  | { readonly why: 'timeout' }
  | { readonly why: 'certificate'; readonly message: string }
  | { readonly why: 'name' }
  /** Nothing listens there. */
  | { readonly why: 'refused' }
  | { readonly why: 'other'; readonly message: string };

const certificateCodes = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO)/;
const timeoutCodes: ReadonlySet<string> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT', 'UND_ERR_HEADERS_TIMEOUT']);
const nameCodes: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN']);

/** `cause` chains of fetch are walked to the error that tells. */
export function failureOf(error: unknown): ConnectionFailure {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 6; cause = cause.cause, depth += 1) {
    if (cause instanceof FaultError) return { why: 'fault', fault: cause.fault };
    if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return { why: 'limit' };
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    if (timeoutCodes.has(code)) return { why: 'timeout' };
    // Node adds advice about its own flags after a semicolon.
    if (certificateCodes.test(code)) return { why: 'certificate', message: cause.message.split(';')[0] ?? '' };
    if (nameCodes.has(code)) return { why: 'name' };
    if (code === 'ECONNREFUSED') return { why: 'refused' };
    const held: unknown = 'fault' in cause ? cause.fault : undefined;
    if (isFault(held)) return { why: 'fault', fault: held };
  }
  return { why: 'other', message: error instanceof Error ? error.message : String(error) };
}
