import {
  createEmulator,
  StateDamagedError,
  StateDirBusyError,
  WeatherFileError,
  type Emulator,
} from '@cf-deploy/emulator';
import { randomBytes } from 'node:crypto';
import { EXIT } from '../exit-codes.ts';
import { UsageError } from '../usage-error.ts';
import { ownFolder } from './own-folder.ts';
import type { LocalRuntime } from '../world.ts';
import type { LocalPaths } from './paths.ts';

/** How long a command waits for another one that uses the same state, ms. */
const LOCK_WAIT_MS = 30_000;

/** Another command holds the state of the embedded Cloudflare. */
export class LocalBusyError extends Error {
  override readonly name = 'LocalBusyError';
  readonly code = 'LOCKED';
  readonly exitCode = EXIT.failed;
  readonly hint = 'Wait for it, or start one that commands share: cf-deploy local start.';
}

/** The kept state of the embedded Cloudflare is not what it wrote. */
export class LocalDamagedError extends Error {
  override readonly name = 'LocalDamagedError';
  readonly code = 'LOCAL_STATE_DAMAGED';
  readonly exitCode = EXIT.failed;
  readonly hint = 'cf-deploy local reset forgets all that was deployed there and begins anew.';
}

/** A token for one start: nobody knows it who was not told. */
export function newToken(): string {
  return randomBytes(32).toString('hex');
}

/**
 * Starts the embedded Cloudflare on the project's state, with the conditions of a weather file when one is given.
 * @param options - `token` is what its API and its admin endpoint ask until it ends
 * @throws UsageError when the weather file is missing or wrong; LocalBusyError when the state stays in use;
 * LocalDamagedError when it cannot be read
 */
export async function startEmulator(
  paths: LocalPaths,
  {
    token,
    weather,
    runtime = 'workerd',
  }: {
    readonly token: string;
    readonly weather: string | undefined;
    readonly runtime?: LocalRuntime | undefined;
  },
): Promise<Emulator> {
  await ownFolder(paths);
  const emulator = await createEmulator({
    stateDir: paths.state,
    lockWaitMs: LOCK_WAIT_MS,
    tokens: [token],
    adminToken: token,
    runtime,
  }).catch((error: Error) => {
    if (error instanceof StateDirBusyError) throw new LocalBusyError(error.message, { cause: error });
    if (error instanceof StateDamagedError)
      throw new LocalDamagedError(`The state of the embedded Cloudflare: ${error.message}`, { cause: error });
    throw error;
  });
  if (weather === undefined) return emulator;
  try {
    await emulator.admin.loadWeather(weather);
    return emulator;
  } catch (error) {
    await emulator.close();
    throw weatherError(weather, error);
  }
}

/** What is wrong with a weather file, as a usage error; any other error as it is. */
export function weatherError(file: string, error: unknown): unknown {
  if (error instanceof WeatherFileError) {
    return new UsageError(error.message, 'docs/emulator.md describes the weather file.');
  }
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
    return new UsageError(`There is no weather file ${file}.`);
  }
  return error;
}
