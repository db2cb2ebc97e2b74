/**
 * The text of a body that comes in parts (UTF-8), or null, with the rest of it left unread, when it is longer than
 * `mostBytes`.
 */
export async function readBounded(body: AsyncIterable<Uint8Array> | null, mostBytes: number): Promise<string | null> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let text = '';
  let bytes = 0;
  for await (const part of body ?? []) {
    bytes += part.byteLength;
    // Leaving the loop cancels the stream, and with it the connection.
    if (bytes > mostBytes) return null;
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}
