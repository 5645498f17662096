import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { createChecker } from '../check/checker.ts';
import { Miniflare as Ours } from './miniflare.ts';

/** This file is one of certificates, too, before anything is loaded. */
const CERTIFICATES = vi.hoisted(
  () => (process.env['NODE_EXTRA_CA_CERTS'] = new URL(import.meta.url).pathname),
);
/*
-----BEGIN CERTIFICATE-----
MIIC
-----END CERTIFICATE-----
*/

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

it('workerd gets no certificates, as nothing leaves this machine; that of another program still does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cf-deploy-certificates-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  vi.stubEnv('MINIFLARE_WORKERD_CONFIG_DEBUG', join(folder, 'config.json'));
  // Whether workerd takes it is not the matter, but what it is given.
  const given = async (Program: typeof Ours): Promise<string> => {
    const program = new Program({
      modules: true,
      script: 'export default {}',
      cf: false,
      handleRuntimeStdio: () => undefined,
    });
    await program.ready.catch(() => undefined);
    await program.dispose().catch(() => undefined);
    return readFile(join(folder, 'config.json'), 'utf8');
  };
  expect(await given(Ours)).not.toContain('BEGIN CERTIFICATE');
  expect(process.env['NODE_EXTRA_CA_CERTS']).toBe(CERTIFICATES);
  const { Miniflare: Theirs } = createRequire(import.meta.url)('miniflare') as typeof import('miniflare');
  expect(await given(Theirs)).toContain('BEGIN CERTIFICATE');
}, 60_000);
