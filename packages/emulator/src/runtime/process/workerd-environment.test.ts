import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFile } from 'node:fs/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { createChecker } from '../check/checker.ts';

afterEach(() => vi.unstubAllEnvs());

// What a process was started with can be read on Linux only.
it.runIf(process.platform === 'linux')(
  'workerd does not see the tokens of the program that starts it',
  async () => {
    vi.stubEnv('CLOUDFLARE_API_TOKEN', 'planted-token-0123456789');
    vi.stubEnv('GITHUB_TOKEN', 'planted-token-9876543210');
    vi.stubEnv('SOMETHING_ELSE', 'planted-value-0123456789');
    const children: ChildProcess[] = [];
    const listen = (message: unknown): void => {
      const { process: child } = message as { process?: ChildProcess };
      if (child !== undefined) children.push(child);
    };
    subscribe('child_process', listen);
    const checker = createChecker();
    try {
      const result = await checker.check({
        mainModule: 'i.js',
        format: 'modules',
        bindings: [],
        compatibilityDate: '2026-02-01',
        compatibilityFlags: [],
        modules: [
          {
            name: 'i.js',
            contentType: 'application/javascript+module',
            size: 1,
            bytes: Buffer.from('export default { fetch() { return new Response("ok") } }'),
          },
        ],
      });
      expect(result).toMatchObject({ ok: true });
      const workerd = children.find(({ spawnfile }) => spawnfile.endsWith('workerd'));
      const seen = await readFile(`/proc/${workerd?.pid}/environ`, 'latin1');
      expect(seen).toContain('PATH=');
      expect(seen).not.toMatch(/planted|TOKEN|SOMETHING_ELSE/);
    } finally {
      unsubscribe('child_process', listen);
      await checker.close();
    }
  },
  60_000,
);
