/** A body and the moment it ended: read to its end, given up by the reader, or broken. */
export interface WatchedBody {
  body: ReadableStream<Uint8Array> | null;
  ended: Promise<void>;
}

/** Passes a body through and tells when it ended. */
export function watchBody(source: ReadableStream<Uint8Array> | null): WatchedBody {
  if (source === null) return { body: null, ended: Promise.resolve() };
  const { promise: ended, resolve } = deferred();
  const reader = source.getReader();
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      resolve();
    },
    cancel: async (reason) => {
      resolve();
      await reader.cancel(reason);
    },
  });
  return { body, ended };
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
