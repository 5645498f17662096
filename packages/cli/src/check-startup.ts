import type { Bundle, DeployerOptions, ResolvedWorker } from '@cf-deploy/deployer';
import type { StartCandidate } from '@cf-deploy/emulator';
import type { StartChecker } from './world.ts';

/** Starts a bundle in workerd, in isolation, before anything is sent. */
export interface StartupCheck {
  readonly checkStartup: NonNullable<DeployerOptions['checkStartup']>;
  close(): Promise<void>;
}

/**
 * When code is started here before it is sent. `before-live`: only when the upload itself puts it live (a first deploy,
 * migrations of Durable Objects); a version is started by Cloudflare before any of it is live, so starting it here too
 * would only take time.
 */
export type StartupChecks = 'always' | 'before-live' | 'never';

/**
 * Makes the check of the library out of one that starts code. workerd is only loaded when there is something to start.
 * `checkStartup` throws BundleError SCRIPT_DOES_NOT_START, with the place in the source.
 *
 * @param signal ends the wait for code that does not come to an end: ABORTED then
 */
export function createStartupCheck(
  open: () => Promise<StartChecker>,
  checks: Exclude<StartupChecks, 'never'>,
  signal: AbortSignal,
): StartupCheck {
  let opened: Promise<StartChecker> | undefined;
  return {
    async checkStartup(worker, bundle, upload) {
      if (checks === 'before-live' && upload === 'version') return;
      opened ??= open();
      const result = await untilStopped((await opened).check(candidateOf(worker, bundle)), signal);
      if (result?.ok === true) return;
      const { BundleError, DeployError, startFailure } = await import('@cf-deploy/deployer');
      if (result === null)
        throw new DeployError('ABORTED', 'Stopped while the Worker was being started on this machine.');
      const failure = startFailure(bundle, result);
      const hint =
        `${failure.hint ?? ''} Should it start on Cloudflare all the same, add --no-check-startup.`.trim();
      throw new BundleError('SCRIPT_DOES_NOT_START', failure.message, {
        hint,
        findings: failure.findings.map((finding) => ({ ...finding, hint })),
      });
    },
    async close() {
      await (await opened)?.close();
    },
  };
}

/** What the work comes to, or null as soon as the signal says to stop; the work may go on unheard. */
async function untilStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  let stop = (): void => {};
  const stopped = new Promise<null>((resolve) => {
    stop = () => resolve(null);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function candidateOf(worker: ResolvedWorker, bundle: Bundle): StartCandidate {
  return {
    mainModule: bundle.mainModule,
    format: bundle.format,
    bindings: [...worker.bindings, ...bundle.bindings].map((binding) => ({ ...binding })),
    compatibilityDate: worker.compatibilityDate,
    compatibilityFlags: [...worker.compatibilityFlags],
    modules: bundle.modules.map(({ name, contentType, bytes }) => ({
      name,
      contentType,
      size: bytes.byteLength,
      bytes,
    })),
  };
}
