import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { assetHash } from './asset-hash.ts';
import { assetContentType } from './content-type.ts';
import { manifestBody, readAssets } from './manifest.ts';

async function site(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cf-deploy-assets-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

function read(directory: string, config: JsonObject = {}) {
  return readAssets({ directory, binding: null, config }, { rootDir: path.dirname(directory) });
}

async function refusal(directory: string, config: JsonObject = {}): Promise<ConfigError> {
  const error = await read(directory, config).catch((reason: unknown) => reason);
  if (!(error instanceof ConfigError)) throw new Error(`not refused: ${String(error)}`);
  return error;
}

/** Hashes recorded from wrangler 4.164.0. */
const RECORDED = [
  ['index.html', '<h1>a</h1>\n', '8d0be47d408e4efc15e7cd9ec2ada4d5'],
  ['s.css', 'body{}\n', 'aa42bba514e8ddfea838ec1a715ca332'],
  ['twin.txt', 'twin\n', '834e6e2cee775eecb4e5e09a1ae8a6a6'],
  ['twin.md', 'twin\n', '38972b8c8d4676129fe0b090bc9ccf47'],
  ['empty.txt', '', 'f9bc91770fa5e997cbd47fba833629fc'],
  ['no-extension', 'plain\n', '8a192a847b70f3d52f8976e0860b4c82'],
] as const;

describe('the hash of an asset', () => {
  it.each(RECORDED)('of %s is the one other tools compute', (name, content, hash) => {
    expect(assetHash(Buffer.from(content), name, '')).toBe(hash);
  });
});

describe('the content type of an asset', () => {
  it.each([
    ['a.html', 'text/html; charset=utf-8'],
    ['a.js', 'text/javascript; charset=utf-8'],
    ['a.md', 'text/markdown; charset=utf-8'],
    ['a.svg', 'image/svg+xml'],
    ['a.map', 'application/json'],
    ['font.woff2', 'font/woff2'],
    ['.hidden', null],
    ['no-extension', null],
  ])('of %s is %s', (name, type) => {
    expect(assetContentType(name)).toBe(type);
  });
});

describe('an assets directory', () => {
  it('becomes a manifest of served paths that are not URL-encoded', async () => {
    const manifest = await read(
      await site({ 'index.html': 'a', 'sub/grün.svg': 'b', 'with space.txt': 'c' }),
    );
    expect(Object.keys(manifestBody(manifest))).toEqual(['/index.html', '/sub/grün.svg', '/with space.txt']);
    expect(manifest.totalBytes).toBe(3);
  });

  it('leaves out what .assetsignore names, and keeps other dotfiles', async () => {
    const manifest = await read(
      await site({
        '.assetsignore': '# comment\nsecret.txt\n*.map\n!keep.map\ndrafts/\n',
        '.hidden': 'x',
        '.well-known/security.txt': 'x',
        'Secret.txt': 'another name',
        'drafts/one.html': 'x',
        'keep.map': 'x',
        'other.map': 'x',
        'secret.txt': 'x',
        'sub/secret.txt': 'x',
      }),
    );
    expect(manifest.entries.map((entry) => entry.path)).toEqual([
      '/.hidden',
      '/.well-known/security.txt',
      '/Secret.txt',
      '/keep.map',
    ]);
  });

  it('sends the texts of _headers and _redirects with the configuration, not as assets', async () => {
    const files = {
      'a.txt': 'a',
      _headers: '/*\n  X-A: 1\n',
      _redirects: '/old /new 301\n',
      'sub/_headers': 'served',
    };
    const manifest = await read(await site(files), { html_handling: 'none' });
    expect(manifest.config).toEqual({
      html_handling: 'none',
      _headers: files._headers,
      _redirects: files._redirects,
    });
    expect(manifest.entries.map((entry) => entry.path)).toEqual(['/a.txt', '/sub/_headers']);
  });

  it('that does not exist is refused by name', async () => {
    expect((await refusal(path.join(await site({}), 'nowhere'))).message).toContain('nowhere does not exist');
  });

  it('with a _worker.js is refused, as that is server code', async () => {
    const error = await refusal(await site({ '_worker.js': 'export default {}', 'index.html': 'a' }));
    expect(error).toMatchObject({ code: 'ASSETS_INVALID', exitCode: 3 });
    expect(error.message).toContain('_worker.js');
  });

  it('with a _worker.js is taken when .assetsignore leaves it out', async () => {
    const manifest = await read(
      await site({ '_worker.js': 'x', '.assetsignore': '_worker.js', 'a.txt': 'a' }),
    );
    expect(manifest.entries.map((entry) => entry.path)).toEqual(['/a.txt']);
  });

  it('with a file over 25 MiB is refused', async () => {
    const folder = await site({ 'video.mp4': '' });
    await truncate(path.join(folder, 'video.mp4'), 25 * 1024 * 1024 + 1);
    expect((await refusal(folder)).message).toContain('video.mp4 has 25.0 MiB');
  });

  it('has a digest that changes with content and configuration only', async () => {
    const files = { 'a.txt': 'a', 'b.txt': 'b' };
    const [one, same, other] = [await site(files), await site(files), await site({ ...files, 'b.txt': 'c' })];
    const digest = (await read(one)).digest;
    expect((await read(same)).digest).toBe(digest);
    expect((await read(other)).digest).not.toBe(digest);
    expect((await read(one, { not_found_handling: '404-page' })).digest).not.toBe(digest);
  });

  it('with wrong rules is refused with file and line of each', async () => {
    const error = await refusal(
      await site({ _redirects: '# old\n/* /index.html 200\n/a /b 999\n', _headers: '/x\n  no value here\n' }),
    );
    expect(error.findings.map(({ place }) => `${path.basename(place?.file ?? '')}:${place?.line}`)).toEqual([
      '_headers:2',
      '_redirects:2',
      '_redirects:3',
    ]);
    expect(error.message).toContain('endless loop');
  });
});
