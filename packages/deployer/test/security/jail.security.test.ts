import { mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAssets } from '../../src/assets/manifest.ts';
import { bundleWorker } from '../../src/bundle/bundle-worker.ts';
import type { BuildOptions } from '../../src/resolve/resolved-worker.ts';
import { buildContext, buildOptions, project, writeFiles } from '../bundle/support.ts';

const SECRET = 'planted-secret-value';
const TEXT_RULE = [{ type: 'Text', globs: ['**/*'], fallthrough: true }] as const;

/** Two tenants in one project, a shared folder, and a file outside of it; gives the root. */
async function twoTenants(source: string): Promise<string> {
  const outside = await project({
    'repo/tenants/a/wrangler.json': '{}',
    'repo/tenants/a/src/index.ts': source,
    'repo/tenants/b/wrangler.json': '{}',
    'repo/tenants/b/notes.txt': SECRET,
    'repo/tenants/b/code.ts': `export const secret = '${SECRET}';`,
    'repo/tenants/a/.env': SECRET,
    'repo/tenants/a/.ENV.txt': SECRET,
    'repo/tenants/a/server.pem': SECRET,
    'repo/packages/shared/index.ts': `export const shared = 'shared';`,
    'outside.txt': SECRET,
  });
  return path.join(outside, 'repo');
}

async function build(
  root: string,
  options: Partial<BuildOptions> = {},
  allowedRoots: readonly string[] = [],
) {
  const folder = path.join(root, 'tenants/a');
  return bundleWorker(buildOptions(folder, options), buildContext(root, { allowedRoots }));
}

const importing = (file: string): string => `import text from '${file}'; export default { text };`;

describe('a tenant tries to get a file into its Worker that is not its own', () => {
  it.each([
    ['another tenant’s file, as text', '../../b/notes.txt', /belongs to another tenant, b/],
    ['another tenant’s code', '../../b/code.ts', /belongs to another tenant, b/],
    ['its own env file', '../.env', /holds credentials/],
    ['an env file in other letters', '../.ENV.txt', /holds credentials/],
    ['a private key', '../server.pem', /holds credentials/],
    ['a file outside of the project', '../../../../outside.txt', /outside of the project/],
  ])('by an import: %s', async (_, file, refusal) => {
    const rules = file.endsWith('.ts') ? [] : TEXT_RULE;
    await expect(build(await twoTenants(importing(file)), { rules })).rejects.toThrow(refusal);
  });

  it('by a link in its own folder', async () => {
    const root = await twoTenants(importing('./innocent.txt'));
    await symlink(path.join(root, '../outside.txt'), path.join(root, 'tenants/a/src/innocent.txt'));
    await expect(build(root)).rejects.toThrow(/outside of the project/);
  });

  it('by code behind a linked file or a linked folder', async () => {
    for (const [name, source] of [
      ['code.ts', `export { secret as default } from './code.ts';`],
      ['folder', `export { secret as default } from './folder/code.ts';`],
    ] as const) {
      const root = await twoTenants(source);
      const target = path.join(root, 'tenants/b', name === 'folder' ? '' : name);
      await symlink(target, path.join(root, 'tenants/a/src', name));
      await expect(build(root)).rejects.toThrow(/belongs to another tenant, b/);
    }
  });

  it('by having an error quote it', async () => {
    for (const file of ['../../b/broken.ts', '../server.pem', '../../../../outside.txt']) {
      const root = await twoTenants(`import '${file}'; export default {};`);
      await writeFiles(root, { 'tenants/b/broken.ts': `const ${SECRET} is broken` });
      const error = await build(root).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'BUNDLE_FAILED' });
      expect(JSON.stringify(error) + String(error)).toMatch(/another tenant|credentials|outside of/);
      expect(JSON.stringify(error)).not.toContain(SECRET);
    }
  });

  it.each([
    [
      'a source map',
      'tenants/a/src/index.ts',
      (file: string) => `export default {};\n//# sourceMappingURL=${file}`,
    ],
    ['what a tsconfig extends', 'tenants/a/tsconfig.json', (file: string) => `{ "extends": "${file}" }`],
    [
      'what a tsconfig of its sources extends',
      'tenants/a/src/tsconfig.json',
      (file: string) => `{ "extends": "${file}" }`,
    ],
  ])('by having an error quote a file that esbuild reads unasked: %s', async (_, file, naming) => {
    for (const target of ['tenants/b/notes.txt', 'tenants/a/.env', '../outside.txt']) {
      const root = await twoTenants('export default {};');
      await writeFiles(root, { [target]: `${SECRET} in its first line` });
      await writeFiles(root, { [file]: naming(`./${path.relative(path.dirname(file), target)}`) });
      const error = await build(root).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'BUNDLE_FAILED' });
      expect(JSON.stringify(error) + String(error)).toMatch(/another tenant|credentials|outside of/);
      expect(JSON.stringify(error) + String(error)).not.toContain('planted');
    }
  });

  it.each(['tsconfig.json', 'package.json'])(
    'by a link in the place of its %s, which an error quotes',
    async (name) => {
      const root = await twoTenants('export default {};');
      await symlink(path.join(root, '../outside.txt'), path.join(root, 'tenants/a', name));
      const error = await build(root).catch((thrown: unknown) => thrown);
      expect(JSON.stringify(error) + String(error)).toMatch(/outside of/);
      expect(JSON.stringify(error) + String(error)).not.toContain('planted');
    },
  );

  it('by another’s source map, which would become part of its own', async () => {
    const root = await twoTenants(
      'export const a = 1;\nexport default {};\n//# sourceMappingURL=../../b/built.js.map',
    );
    const map = { version: 3, sources: ['code.ts'], sourcesContent: [SECRET], mappings: 'AAAA', names: [] };
    await writeFiles(root, { 'tenants/b/built.js.map': JSON.stringify(map) });
    await expect(build(root)).rejects.toThrow(/belongs to another tenant, b/);
  });

  it('by a link in the place of the packages, unless it leads to packages', async () => {
    const root = await twoTenants(`import { x } from 'kept'; export default { x };`);
    const store = path.join(root, '../store');
    await writeFiles(store, {
      'node_modules/kept/package.json': '{"name":"kept","main":"index.js"}',
      'node_modules/kept/index.js': 'exports.x = 1;',
      'other/kept/package.json': '{"name":"kept","main":"index.js"}',
      'other/kept/index.js': 'exports.x = 1;',
    });
    const link = path.join(root, 'node_modules');
    await symlink(path.join(store, 'node_modules'), link);
    await expect(build(root)).resolves.toMatchObject({ format: 'modules' });
    await rm(link);
    await symlink(path.join(store, 'other'), link);
    await expect(build(root)).rejects.toThrow(/outside of the project/);
  });

  it('by a link to a secret, under another name', async () => {
    const root = await twoTenants(importing('./innocent.txt'));
    await symlink(path.join(root, 'tenants/a/.env'), path.join(root, 'tenants/a/src/innocent.txt'));
    await expect(build(root)).rejects.toThrow(/holds credentials/);
  });

  it('by an alias, by main, by a blob, by base_dir and by tsconfig', async () => {
    const root = await twoTenants(importing('thing'));
    const other = path.join(root, 'tenants/b');
    const tries: Partial<BuildOptions>[] = [
      { alias: { thing: '../b/code.ts' } },
      { main: path.join(other, 'code.ts') },
      { tsconfig: path.join(other, 'code.ts') },
      { findAdditionalModules: true, baseDir: path.join(root, 'tenants/b') },
    ];
    for (const options of tries) {
      await expect(build(root, options)).rejects.toThrow(/belongs to another tenant, b/);
    }
    await writeFiles(root, { 'tenants/a/src/index.ts': 'addEventListener("fetch", () => {});' });
    const blob = { textBlobs: { NOTE: path.join(other, 'notes.txt') } };
    await expect(build(root, blob)).rejects.toThrow(/belongs to another tenant, b/);
  });

  it('by searching its modules with find_additional_modules', async () => {
    const root = await twoTenants('export default {};');
    const options = { findAdditionalModules: true, baseDir: path.join(root, 'tenants/a'), rules: TEXT_RULE };
    await expect(build(root, options)).rejects.toThrow(/holds credentials/);
  });

  it('by the source map of a module that is not bundled', async () => {
    const root = await twoTenants('export default {};\n//# sourceMappingURL=../../b/notes.txt');
    await expect(build(root, { noBundle: true })).rejects.toThrow(/belongs to another tenant, b/);
  });

  it('while shared code of the project, and folders the project names, may be used', async () => {
    const root = await twoTenants(`export { shared as default } from '../../../packages/shared/index.ts';`);
    await expect(build(root)).resolves.toMatchObject({ format: 'modules' });
    const further = await twoTenants(importing('../../../../outside.txt'));
    await expect(build(further, {}, [path.join(further, '..')])).resolves.toBeDefined();
  });
});

describe('a tenant tries to publish a file as an asset', () => {
  const assets = (root: string, directory: string) =>
    readAssets(
      { directory: path.join(root, 'tenants/a', directory), binding: null, config: {} },
      { rootDir: root, tenantDir: path.join(root, 'tenants/a') },
    );

  it.each([['.env'], ['.dev.vars'], ['deep/.git/config'], ['id_rsa'], ['tls/server.key'], ['.npmrc']])(
    '%s in its folder of assets',
    async (name) => {
      const root = await twoTenants('');
      await writeFiles(root, { [`tenants/a/public/${name}`]: SECRET });
      await expect(assets(root, 'public')).rejects.toThrow(/holds credentials/);
    },
  );

  it('in a folder of another tenant, or outside', async () => {
    const root = await twoTenants('');
    await expect(assets(root, '../b')).rejects.toThrow(/belongs to another tenant, b/);
    await expect(assets(root, '../../..')).rejects.toThrow(/outside of the project/);
  });

  it('through a linked file, a linked folder or linked rules', async () => {
    for (const name of ['page.html', 'folder', '_headers']) {
      const root = await twoTenants('');
      await writeFiles(root, { 'tenants/a/public/index.html': '' });
      await symlink(path.join(root, 'tenants/b'), path.join(root, 'tenants/a/public', name));
      await expect(assets(root, 'public')).rejects.toThrow(/belongs to another tenant, b/);
    }
  });

  it('while a linked folder inside the project is published, also one that contains itself', async () => {
    const root = await twoTenants('');
    await writeFiles(root, { 'tenants/a/public/index.html': '', 'shared/img/logo.svg': '<svg/>' });
    await symlink(path.join(root, 'shared/img'), path.join(root, 'tenants/a/public/img'));
    await mkdir(path.join(root, 'shared/img/deep'));
    await symlink(path.join(root, 'shared/img'), path.join(root, 'shared/img/deep/again'));
    const { entries } = await assets(root, 'public');
    expect(entries.map((entry) => entry.path)).toEqual(['/img/logo.svg', '/index.html']);
  });

  it('and a link that leads nowhere is named', async () => {
    const root = await twoTenants('');
    await writeFiles(root, { 'tenants/a/public/index.html': '' });
    await symlink(path.join(root, 'gone'), path.join(root, 'tenants/a/public/lost.txt'));
    await expect(assets(root, 'public')).rejects.toThrow('The asset lost.txt is a link that leads nowhere.');
  });
});
