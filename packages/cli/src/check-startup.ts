import type { DeployerOptions } from '@cf-deploy/deployer';

/** A start-up check, and the end of what it runs in. */
export interface StartupCheck {
  readonly check: NonNullable<DeployerOptions['checkStartup']>;
  close(): Promise<void>;
}

/**
 * Starts bundles in workerd before they are uploaded (`--check-startup`), alone and without an account. One that throws
 * at the top level fails with SCRIPT_DOES_NOT_START, at its line in the source.
 */
export async function createStartupCheck(): Promise<StartupCheck> {
  const [{ createEmulator }, { startFailure }] = await Promise.all([
    import('@cf-deploy/emulator'),
    import('@cf-deploy/deployer'),
  ]);
  const emulator = await createEmulator();
  return {
    async check(worker, bundle) {
      const result = await emulator.runtime.check({
        mainModule: bundle.mainModule,
        format: bundle.format,
        bindings: [...worker.bindings, ...bundle.bindings].map((binding) => ({ ...binding })),
        compatibilityDate: worker.compatibilityDate,
        compatibilityFlags: [...worker.compatibilityFlags],
        modules: bundle.modules.map(({ name, contentType, bytes }) => ({
          name,
          contentType,
          bytes,
          size: bytes.byteLength,
        })),
      });
      if (!result.ok) throw startFailure(bundle, result);
    },
    close: () => emulator.close(),
  };
}
