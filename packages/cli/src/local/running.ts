import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { LocalPaths } from './paths.ts';

const schema = z.object({
  pid: z.int().positive(),
  url: z.url({ protocol: /^http$/, hostname: /^(127\.0\.0\.1|localhost)$/ }),
  token: z.string().min(1),
  startedAt: z.iso.datetime(),
});

/** An embedded Cloudflare that runs on its own, started with `local start`. */
export type Running = z.output<typeof schema>;

/** A running one answers at once; a port that something else took must not hold us up. */
const TIMEOUT_MS = 2_000;

/** The one that runs for this project, asked and alive; null when there is none. */
export async function findRunning(paths: LocalPaths): Promise<Running | null> {
  const text = await readFile(paths.running, 'utf8').catch(() => null);
  if (text === null) return null;
  const running = parse(text);
  if (running === null || !processExists(running.pid)) return null;
  return (await answers(running)) ? running : null;
}

/** Lets other commands find the one started here. */
export async function announce(paths: LocalPaths, running: Running): Promise<void> {
  await mkdir(paths.folder, { recursive: true });
  await writeFile(paths.running, JSON.stringify(running, null, 2), { mode: 0o600 });
}

/** Takes the announcement back. */
export async function retract(paths: LocalPaths): Promise<void> {
  await rm(paths.running, { force: true });
}

function parse(text: string): Running | null {
  try {
    const result = schema.safeParse(JSON.parse(text));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}

async function answers({ url }: Running): Promise<boolean> {
  try {
    const response = await fetch(`${url}/__cf-deploy/status`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const body = (await response.json()) as { ok?: unknown };
    return body.ok === true;
  } catch {
    return false;
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
