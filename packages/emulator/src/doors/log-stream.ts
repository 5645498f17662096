import type { Admin } from '../admin/admin.ts';
import type { WorkerLogEvent } from '../runtime/contract.ts';

/** Which lines to follow; what is left out is not looked at. */
export interface LogFilter {
  account?: string;
  script?: string;
}

/** What Workers log from now on, as server-sent events: one JSON object per line or exception. Ends with the reader. */
export function logStream(admin: Admin, filter: LogFilter, signal: AbortSignal): Response {
  const wanted = ({ accountId, scriptName }: WorkerLogEvent): boolean =>
    (filter.account === undefined || filter.account === accountId) &&
    (filter.script === undefined || filter.script === scriptName);
  const encoder = new TextEncoder();
  let stop = (): void => undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      // A comment, so that the reader gets the headers at once.
      controller.enqueue(encoder.encode(': following\n\n'));
      const unfollow = admin.onLog((event) => {
        if (wanted(event)) controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`));
      });
      const abort = (): void => {
        stop();
        controller.close();
      };
      signal.addEventListener('abort', abort, { once: true });
      stop = () => {
        unfollow();
        signal.removeEventListener('abort', abort);
      };
    },
    cancel: () => stop(),
  });
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
  });
}
