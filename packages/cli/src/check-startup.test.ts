import { DeployError, type Bundle, type ResolvedWorker } from '@cf-deploy/deployer';
import type { CheckResult } from '@cf-deploy/emulator';
import { expect, test } from 'vitest';
import { createStartupCheck } from './check-startup.ts';

const WORKER = { bindings: [], compatibilityFlags: [] } as unknown as ResolvedWorker;
const BUNDLE = { bindings: [], modules: [], localSourceMap: null } as unknown as Bundle;

/** Checks with a runtime that gives this answer, and gives what was thrown. */
function checked(answer: Promise<CheckResult>, signal: AbortSignal): Promise<unknown> {
  const { checkStartup } = createStartupCheck(
    async () => ({ check: () => answer, close: async () => {} }),
    'always',
    signal,
  );
  return Promise.resolve(checkStartup(WORKER, BUNDLE, 'version')).catch((error: unknown) => error);
}

const never = new Promise<CheckResult>(() => {});

test('a Worker whose top level never ends does not keep Ctrl-C from being heard', async () => {
  const stop = new AbortController();
  const error = checked(never, stop.signal);
  stop.abort(new Error('stopped by SIGINT'));
  expect(await error).toBeInstanceOf(DeployError);
  expect(await error).toMatchObject({
    code: 'ABORTED',
    exitCode: 1,
    message: 'Stopped while the Worker was being started on this machine.',
  });
});

test('after that no further Worker is waited for', async () => {
  expect(await checked(never, AbortSignal.abort())).toMatchObject({ code: 'ABORTED' });
});

test('one that takes too long is refused, with what to do at the error and at the finding', async () => {
  const late: CheckResult = { ok: false, message: 'Script startup exceeded CPU time limit.', stack: null };
  const hint = expect.stringMatching(/neither throw nor take long.*--no-check-startup/) as string;
  expect(await checked(Promise.resolve(late), new AbortController().signal)).toMatchObject({
    code: 'SCRIPT_DOES_NOT_START',
    hint,
    details: { findings: [{ code: 'start-up', message: late.message, hint }] },
  });
});
