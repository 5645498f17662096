import { DEFAULT_COLUMNS } from './quick-answer.ts';
import { takeEnvironment } from './start-environment.ts';
import type { Output, World } from '../world.ts';

/** The world of the running process. `flush` waits until everything written has left it. */
export function processWorld(process: NodeJS.Process): { world: World; flush: () => Promise<void> } {
  const wishToStop = ownSignals(process);
  const stdout = output(() => process.stdout);
  const stderr = output(() => process.stderr);
  return {
    world: {
      stdout: stdout.output,
      stderr: stderr.output,
      readStdin: () => readAll(process.stdin),
      get stdinIsTerminal() {
        return process.stdin.isTTY === true;
      },
      env: takeEnvironment(process.env),
      cwd: process.cwd(),
      get signal() {
        return wishToStop();
      },
      ask: (question) => askOn(process, question),
      now: Date.now,
    },
    flush: async () => {
      await Promise.all([stdout.drained(), stderr.drained()]);
    },
  };
}

const SIGNALS: readonly string[] = ['SIGINT', 'SIGTERM'];

/**
 * Gives the signal that aborts when the user wishes to stop. Until it is asked for, such a wish ends the process at once,
 * as it does any other: nothing is to be given back yet, and a handler is not heard while the project's own code, such as
 * an endless `cf-deploy.config.ts`, keeps the process busy. Libraries that clean up after themselves (miniflare does) are
 * not let in: they would end the process in the middle of what has to be reverted; they still clean up when it exits.
 */
function ownSignals(process: NodeJS.Process): () => AbortSignal {
  const controller = new AbortController();
  const handlers = new Map(SIGNALS.map((signal) => [signal, () => stop(signal)]));
  const stop = (signal: string): void => {
    // The second time the user means it.
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Error(`stopped by ${signal}`));
  };
  process.on('newListener', (event: string | symbol, listener: (...args: unknown[]) => void) => {
    if (typeof event !== 'string' || !SIGNALS.includes(event) || listener === handlers.get(event)) return;
    // It is announced before it is added.
    process.nextTick(() => process.removeListener(event, listener));
  });
  let heard = false;
  return () => {
    if (!heard) for (const [signal, handle] of handlers) process.on(signal, handle);
    heard = true;
    return controller.signal;
  };
}

/** An output whose stream is opened when it is first asked for: Node loads its networking for each that is a pipe. */
function output(open: () => NodeJS.WriteStream): { output: Output; drained: () => Promise<void> } {
  let opened: NodeJS.WriteStream | undefined;
  const stream = (): NodeJS.WriteStream => {
    // A closed pipe (`| head`) ends our output, not the deploy.
    opened ??= open().on('error', () => {});
    return opened;
  };
  return {
    output: {
      write: (text) => void stream().write(text),
      get isTerminal() {
        return stream().isTTY === true;
      },
      get stream() {
        return stream();
      },
      get columns() {
        const { columns } = stream();
        // Some pseudo-terminals say 0.
        return columns > 0 ? columns : DEFAULT_COLUMNS;
      },
    },
    drained: async () => {
      if (opened !== undefined) await drained(opened);
    },
  };
}

async function readAll(stream: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}

async function askOn(process: NodeJS.Process, question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
