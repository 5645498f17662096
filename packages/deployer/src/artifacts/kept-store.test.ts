import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundleDigest } from '../bundle/digest.ts';
import { createRedactor } from '../security/redact.ts';
import { Secret } from '../security/secret.ts';
import type { Artifact } from './artifact.ts';
import { createFolderFiles } from './folder-files.ts';
import { createKeptStore } from './kept-store.ts';
import { outdated } from './keeping.ts';

const SECRET = 'planted-secret-0123456789';
const DAY = 24 * 60 * 60 * 1_000;

let folder: string;
let now = Date.parse('2026-01-02T03:04:05Z');

const open = (): ReturnType<typeof createKeptStore> =>
  createKeptStore({
    files: createFolderFiles({ folder: join(folder, 'artifacts'), now: () => now }),
    redactor: createRedactor([new Secret(SECRET)]),
    now: () => now,
    keeping: { maxAgeMs: 10 * DAY, least: 1, most: 3 },
  });

beforeEach(async () => {
  now = Date.parse('2026-01-02T03:04:05Z');
  folder = await mkdtemp(join(tmpdir(), 'cf-deploy-artifacts-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function artifact(script: string, source: string, colour = 'blue'): Artifact {
  const modules = [
    {
      name: 'index.js',
      contentType: 'application/javascript+module' as const,
      bytes: new Uint8Array(Buffer.from(source)),
    },
  ];
  return {
    target: { accountId: 'a'.repeat(32), scriptName: script, dispatchNamespace: null },
    code: {
      format: 'modules',
      mainModule: 'index.js',
      modules,
      sourceMaps: [],
      bindings: [],
      exports: ['default'],
      digest: bundleDigest(modules),
      size: { raw: source.length, gzip: source.length },
    },
    config: {
      compatibilityDate: '2026-01-01',
      compatibilityFlags: [],
      bindings: [{ type: 'plain_text', name: 'COLOUR', text: colour }],
      secrets: { required: ['KEY'] },
      keepVars: false,
      exports: null,
      settings: {},
      runtime: {},
      codeUpdateStrategy: { mode: 'immediate' },
      unsafeMetadata: {},
    },
    migrationTag: 'v1',
    assets: null,
  };
}

async function files(): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test('what was put is given out again, byte for byte, by another process too', async () => {
  const wanted = artifact('acme', 'export default {}');
  const digest = await open().put(wanted);

  expect(digest).toMatch(/^[0-9a-f]{32}$/);
  expect(await open().get(wanted.target, digest)).toEqual(wanted);
});

test('an assets-only upload is kept without code', async () => {
  const wanted: Artifact = {
    ...artifact('acme', ''),
    code: null,
    assets: {
      binding: null,
      config: { html_handling: 'none' },
      digest: 'd'.repeat(64),
      totalBytes: 3,
      entries: [{ path: '/a.txt', hash: 'b'.repeat(32), size: 3, contentType: 'text/plain' }],
    },
  };
  expect(await open().get(wanted.target, await open().put(wanted))).toEqual(wanted);
});

test('code that targets share is kept once, and the same upload is kept once', async () => {
  const store = open();
  const first = await store.put(artifact('acme', 'shared'));
  expect(await store.put(artifact('acme', 'shared'))).toBe(first);
  await store.put(artifact('other', 'shared'));

  const kept = await files();
  expect(kept.filter((file) => file.includes('/code/'))).toHaveLength(1);
  expect(kept.filter((file) => file.includes('/uploads/'))).toHaveLength(2);
});

test('one target is not given what another one put', async () => {
  const store = open();
  const digest = await store.put(artifact('acme', 'own'));
  const other = artifact('other', 'own').target;
  expect(await store.get(other, digest)).toBeNull();
  expect(await store.get({ ...artifact('acme', '').target, accountId: 'b'.repeat(32) }, digest)).toBeNull();
  expect(await store.get(artifact('acme', '').target, '../../etc')).toBeNull();
});

test('files and folders are the owner’s alone', async () => {
  await open().put(artifact('acme', 'own'));
  for (const file of await files()) expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'artifacts', 'code'))).mode & 0o777).toBe(0o700);
});

test.each([
  ['code', artifact('acme', `const key = "${SECRET}";`)],
  ['a variable', artifact('acme', 'own', SECRET)],
])('what holds a secret in %s is not kept, and the disk never has it', async (_where, wanted) => {
  await expect(open().put(wanted)).rejects.toMatchObject({ code: 'ARTIFACT_REFUSED' });
  for (const file of await files()) expect(await readFile(file, 'utf8')).not.toContain(SECRET);
});

test.each(['code', 'uploads'])(
  'a file below %s that was cut short or edited is not taken for it',
  async (room) => {
    const wanted = artifact('acme', 'own');
    const digest = await open().put(wanted);
    const [file = ''] = (await files()).filter((one) => one.includes(`/${room}/`));
    const text = await readFile(file, 'utf8');
    for (const broken of [
      '',
      text.slice(0, -2),
      text.replace('index.js', 'other.js').replace('blue', 'grey'),
    ]) {
      await writeFile(file, broken);
      expect(await open().get(wanted.target, digest)).toBeNull();
    }
  },
);

test('pruning drops what is old and the code nobody names any more, and leaves each target its newest', async () => {
  const store = open();
  const old = await store.put(artifact('acme', 'one'));
  now += DAY;
  const newer = await store.put(artifact('acme', 'two'));
  const other = await store.put(artifact('other', 'three'));
  now += 11 * DAY;

  expect(await store.prune('now')).toEqual({ artifacts: 1, codes: 1 });
  expect(await store.get(artifact('acme', '').target, old)).toBeNull();
  expect(await store.get(artifact('acme', '').target, newer)).toEqual(artifact('acme', 'two'));
  expect(await store.get(artifact('other', '').target, other)).toEqual(artifact('other', 'three'));
});

test('pruning is due once a day, and needs nothing to be there', async () => {
  const store = open();
  expect(await store.prune()).toEqual({ artifacts: 0, codes: 0 });
  for (const source of ['one', 'two', 'three', 'four', 'five']) {
    await store.put(artifact('acme', source));
    now += 1_000;
  }
  now += 2 * 60 * 60 * 1_000;
  expect(await store.prune()).toEqual({ artifacts: 2, codes: 2 });
  await store.put(artifact('acme', 'six'));
  expect(await store.prune()).toEqual({ artifacts: 0, codes: 0 });
  now += DAY;
  expect(await store.prune()).toEqual({ artifacts: 1, codes: 1 });
});

test('what was put again counts as new, and the newest few stay however old they are', () => {
  const entries = [1, 2, 3, 4].map((day) => ({ at: day * DAY }));
  const days = (list: readonly { readonly at: number }[]): number[] => list.map(({ at }) => at / DAY);
  expect(days(outdated(entries, { maxAgeMs: 5 * DAY, least: 2, most: 3 }, 5 * DAY))).toEqual([1]);
  expect(days(outdated(entries, { maxAgeMs: DAY, least: 2, most: 9 }, 50 * DAY))).toEqual([2, 1]);
});
