/** How a body ended: read to its end or broken, or given up by its reader. */
export type BodyEnd = 'over' | 'given-up';

/** A body and the moment it ended. */
export interface WatchedBody {
  body: ReadableStream<Uint8Array> | null;
  ended: Promise<BodyEnd>;
}

/** Bytes read before anyone asks, so that a small answer nobody reads to its end is over all the same. */
const READ_AHEAD = 64 * 1024;

/** Passes a body through and tells when it ended. */
export function watchBody(source: ReadableStream<Uint8Array> | null): WatchedBody {
  if (source === null) return { body: null, ended: Promise.resolve('over') };
  const { promise: ended, resolve } = deferred();
  const reader = source.getReader();
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        resolve('over');
      },
      cancel: async (reason) => {
        resolve('given-up');
        await reader.cancel(reason);
      },
    },
    { highWaterMark: READ_AHEAD, size: (chunk) => chunk.byteLength },
  );
  return { body, ended };
}

function deferred(): { promise: Promise<BodyEnd>; resolve: (end: BodyEnd) => void } {
  let resolve = (_end: BodyEnd): void => undefined;
  const promise = new Promise<BodyEnd>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
