/** Largest request bodies, bytes. */
export interface BodyLimits {
  /** Of the API. Cloudflare's own largest, a bulk write of KV values, is 100 MB. */
  readonly api: number;
  /** Of the admin endpoint, whose largest is a seed. */
  readonly admin: number;
  /** Of requests to Workers. Source: docs, Workers limits, "Request body size" (100 MB on Free and Pro). */
  readonly worker: number;
}

const MB = 1_000_000;

/** What an emulator takes unless told otherwise. */
export const BODY_LIMITS: BodyLimits = { api: 105 * MB, admin: 16 * MB, worker: 100 * MB };

/**
 * Answers a request whose body is at most `max` bytes, and refuses a longer one with 413 without keeping it: at once when
 * it says its length, else as soon as it has sent too much.
 */
export async function withBodyLimit(
  request: Request,
  max: number,
  answer: (request: Request) => Promise<Response>,
): Promise<Response> {
  if (Number(request.headers.get('content-length') ?? 0) > max) return tooLarge(max);
  // A body with a length is held to it by the HTTP parser, and one from this process is already in memory.
  if (!request.headers.has('transfer-encoding') || request.body === null) return answer(request);
  const { method, headers, signal } = request;
  let exceeded = false;
  const body = request.body.pipeThrough(
    counted(max, () => {
      exceeded = true;
    }),
  );
  try {
    const response = await answer(
      new Request(request.url, { method, headers, signal, body, duplex: 'half' } as RequestInit),
    );
    return exceeded ? tooLarge(max) : response;
  } catch (error) {
    if (exceeded) return tooLarge(max);
    throw error;
  }
}

function counted(max: number, onExceeded: () => void): TransformStream<Uint8Array, Uint8Array> {
  let seen = 0;
  return new TransformStream({
    transform: (chunk, controller) => {
      seen += chunk.byteLength;
      if (seen <= max) return controller.enqueue(chunk);
      onExceeded();
      controller.error(new Error(`The request body is larger than ${max} bytes.`));
    },
  });
}

function tooLarge(max: number): Response {
  // The rest of the body is not read, so the connection cannot be used again.
  const headers = { connection: 'close' };
  return new Response(`The request body is larger than ${max} bytes.\n`, { status: 413, headers });
}
