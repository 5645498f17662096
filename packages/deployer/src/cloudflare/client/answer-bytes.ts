import type { Answer } from '../../transport/answer.ts';

/** Largest answer read. Script lists of big accounts have a few MB. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

/**
 * The body of an answer. Stops at the signal, also while it is arriving.
 * @throws Error when it is larger than any answer we expect
 */
export async function readBytes(response: Answer, signal: AbortSignal): Promise<Buffer<ArrayBuffer>> {
  const declared = Number(response.headers.get('content-length') ?? 0);
  if (declared > LARGEST_ANSWER) {
    await response.body?.cancel();
    throw new Error(`the answer has ${declared} bytes`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    signal.throwIfAborted();
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER) throw new Error(`the answer has more than ${LARGEST_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
