import { mkdir, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBuildCache } from '../../src/bundle/build-cache.ts';
import { bundleWorker } from '../../src/bundle/bundle-worker.ts';
import type { Bundle } from '../../src/bundle/bundle.ts';
import { buildContext, buildOptions, project, temporaryFolder, writeFiles } from './support.ts';

const SOURCE = {
  'src/index.ts': `
    import os from 'node:v8';
    import { two } from './lib/two.cjs';
    import note from './note.txt';
    import { linked } from 'linked';
    export default { fetch: () => new Response(note + two + typeof os + linked + process.env.NODE_ENV) };`,
  'src/lib/two.cjs': 'exports.two = 2;',
  'src/note.txt': 'note',
};
/** The linked package lies outside of the project, so the project has to name where. */
const COMPAT = {
  compatibilityDate: '2025-01-01',
  compatibilityFlags: ['nodejs_compat'],
  allowedRoots: [tmpdir()],
};

/** The same project in two folders, with a package that lies outside of both and is linked in. */
async function twice(): Promise<[string, string]> {
  const elsewhere = await project({
    'node_modules/linked/package.json': '{ "name": "linked", "main": "index.js" }',
    'node_modules/linked/index.js': 'exports.linked = "linked";',
  });
  const short = await temporaryFolder('a-');
  const long = path.join(await temporaryFolder('b-'), 'much/deeper/than the other/tenants/x');
  for (const folder of [short, long]) {
    await writeFiles(folder, SOURCE);
    await mkdir(path.join(folder, 'node_modules'));
    await symlink(path.join(elsewhere, 'node_modules/linked'), path.join(folder, 'node_modules/linked'));
  }
  return [short, long];
}

function textOf(bundle: Bundle): string {
  return [...bundle.modules, ...bundle.sourceMaps]
    .map(({ bytes }) => Buffer.from(bytes).toString())
    .join('\n');
}

describe('a bundle on another path', () => {
  it('has the same bytes, digest and source map, with polyfills and linked packages', async () => {
    const [a, b] = await twice();
    const one = await bundleWorker(buildOptions(a), buildContext(a, COMPAT));
    const other = await bundleWorker(buildOptions(b), buildContext(b, COMPAT));
    expect(other.digest).toBe(one.digest);
    expect(textOf(other)).toBe(textOf(one));
    expect(other.inputs).toEqual(one.inputs);
    expect(one.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('holds no absolute path', async () => {
    const [folder] = await twice();
    const bundle = await bundleWorker(buildOptions(folder), buildContext(folder, COMPAT));
    const text = textOf(bundle) + JSON.stringify(bundle.inputs) + bundle.localSourceMap;
    expect(text).not.toContain(folder);
    expect(text).not.toContain(path.resolve(import.meta.dirname, '../../../..'));
    expect(text).toContain('// node_modules/linked/index.js');
  });

  it('differs when a byte of a text module differs', async () => {
    const [a, b] = await twice();
    await writeFiles(b, { 'src/note.txt': 'Note' });
    const one = await bundleWorker(buildOptions(a), buildContext(a, COMPAT));
    const other = await bundleWorker(buildOptions(b), buildContext(b, COMPAT));
    expect(other.digest).not.toBe(one.digest);
  });

  it('does not depend on the NODE_ENV of the machine, only on the one given', async () => {
    const folder = await project(SOURCE);
    await writeFiles(folder, { 'src/index.ts': 'export default { env: process.env.NODE_ENV };' });
    const plain = await bundleWorker(buildOptions(folder), buildContext(folder));
    const given = await bundleWorker(buildOptions(folder), buildContext(folder, { nodeEnv: 'staging' }));
    expect(textOf(plain)).toContain('env: "production"');
    expect(textOf(given)).toContain('env: "staging"');
  });
});

describe('builds shared between tenants', () => {
  /** A root with one source and many tenant folders that only differ in what is no part of a build. */
  async function root(): Promise<string> {
    return project({
      'packages/api/src/index.ts': 'export default { fetch: () => new Response("shared") };',
    });
  }
  const tenantBuild = (folder: string, tenant: number) =>
    buildOptions(path.join(folder, `tenants/tenant-${tenant}`), {
      main: path.join(folder, 'packages/api/src/index.ts'),
    });

  it('run esbuild once for 100 tenants that build at the same time', async () => {
    const folder = await root();
    const cache = createBuildCache();
    const context = buildContext(folder, { cache });
    const bundles = await Promise.all(
      Array.from({ length: 100 }, (_, tenant) => bundleWorker(tenantBuild(folder, tenant), context)),
    );
    expect(cache.builds).toBe(1);
    expect(cache.shared).toBe(99);
    expect(new Set(bundles.map(({ digest }) => digest)).size).toBe(1);
  });

  it('run again when an option of the build differs', async () => {
    const folder = await root();
    const cache = createBuildCache();
    const context = buildContext(folder, { cache });
    await bundleWorker(tenantBuild(folder, 1), context);
    await bundleWorker({ ...tenantBuild(folder, 2), minify: true }, context);
    await bundleWorker({ ...tenantBuild(folder, 3), define: { A: '1' } }, context);
    await bundleWorker(tenantBuild(folder, 4), { ...context, compatibilityDate: '2026-08-04' });
    await bundleWorker({ ...tenantBuild(folder, 5), alias: { a: './a.ts' } }, context);
    expect(cache.builds).toBe(5);
  });

  it('give the same bytes as separate builds', async () => {
    const folder = await root();
    const one = await bundleWorker(tenantBuild(folder, 1), buildContext(folder));
    const other = await bundleWorker(tenantBuild(folder, 2), buildContext(folder));
    expect(other.digest).toBe(one.digest);
    expect(one.inputs.map((input) => input.path)).toEqual(['packages/api/src/index.ts']);
  });

  it('share a failure too', async () => {
    const folder = await project({ 'packages/api/src/index.ts': 'export default {' });
    const cache = createBuildCache();
    const context = buildContext(folder, { cache });
    const failures = await Promise.allSettled(
      [1, 2].map((tenant) => bundleWorker(tenantBuild(folder, tenant), context)),
    );
    expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(cache.builds).toBe(1);
  });
});
