import { STAND_INS } from '@cf-deploy/emulator';
import { resolve } from 'node:path';
import type { Outcome } from '../outcome.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { document, print } from '../output/json.ts';
import { UsageError } from '../usage-error.ts';
import { localNotice } from './notice.ts';
import { localPaths } from './paths.ts';
import { announce, findRunning, retract } from './running.ts';
import { resolveAll, seedOnce, startingSeed } from './seeding.ts';
import { newToken, startEmulator } from './start-emulator.ts';
import { compact } from '../compact.ts';

/**
 * Serves the embedded Cloudflare until the process is told to stop. What a client needs is printed at the start: with
 * `--json` that is the document.
 */
export async function serveLocal(context: Context, port: number | undefined): Promise<Outcome> {
  const { flags, world } = context;
  const root = await context.root();
  const strict = flags.strict === true;
  const paths = localPaths(root, strict);
  const other = await findRunning(paths);
  if (other !== null) throw new UsageError(`It runs already, at ${other.url} (process ${other.pid}).`);
  const project = await resolveAll(root);
  const seed = await startingSeed(paths, project, strict);
  const token = newToken();
  const weather = flags.weather === undefined ? undefined : resolve(world.cwd, flags.weather);
  const emulator = await startEmulator(paths, { token, weather, runtime: world.runtime });
  try {
    await seedOnce(paths, seed, {
      isNew: emulator.isNew,
      seed: (entries) => emulator.admin.seed(entries),
    });
    const { url } = await emulator.listen(compact({ port }));
    const startedAt = new Date(world.now()).toISOString();
    await announce(paths, { pid: process.pid, url, token, startedAt, strict });
    const result = { pid: process.pid, url, token, startedAt, strict, baseUrl: `${url}/client/v4` };
    if (flags.json === true) {
      print(world.stdout, document({ command: context.command, exitCode: EXIT.ok, result }));
    } else {
      for (const line of [...localNotice(`at ${url}`, project.workers, STAND_INS), ...clientLines(result)])
        context.show(line);
    }
    await stopped(world.signal);
    return { result: null, exitCode: EXIT.ok, printed: true, lines: () => [] };
  } finally {
    await retract(paths);
    await emulator.close();
  }
}

function clientLines({
  url,
  baseUrl,
  token,
}: {
  url: string;
  baseUrl: string;
  token: string;
}): readonly string[] {
  return [
    `local: look inside at ${url}/?token=${token} — stop with Ctrl-C.`,
    `local: for wrangler: CLOUDFLARE_API_BASE_URL=${baseUrl} CLOUDFLARE_API_TOKEN=${token}`,
  ];
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => {
    // The listener alone does not keep the process alive; the open server does.
    signal.addEventListener('abort', () => done(), { once: true });
  });
}
