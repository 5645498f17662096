import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { bundleWorker } from '../../src/bundle/bundle-worker.ts';
import { envFileNames, withoutCredentials } from '../../src/bundle/command/command-environment.ts';
import { buildContext, buildOptions, project, temporaryFolder } from './support.ts';

const commandIn = (cwd: string, command: string) => ({ command, cwd, watchDir: [] });

describe('the environment of a build command', () => {
  it('has none of the names that hold credentials', () => {
    const secret = Object.fromEntries(
      [
        'CLOUDFLARE_API_TOKEN',
        'CLOUDFLARE_API_TOKEN_MY_TENANT',
        'CLOUDFLARE_ACCOUNT_ID',
        'CF_API_KEY',
        'WRANGLER_R2_SQL_AUTH_TOKEN',
        'GITHUB_TOKEN',
        'NPM_TOKEN',
        'STRIPE_SECRET',
        'AWS_SECRET_ACCESS_KEY',
        'OPENAI_API_KEY',
        'DB_PASSWORD',
        'SENTRY_DSN',
        'npm_config__authToken',
        'MY_TOKEN_STAGING',
      ].map((name) => [name, `value-of-${name}`]),
    );
    const harmless = {
      PATH: '/bin',
      HOME: '/home/x',
      PWD: '/x',
      NODE_ENV: 'production',
      KEYBOARD: 'de',
      TOKENIZER: 'a',
    };
    expect(withoutCredentials({ ...secret, ...harmless, UNSET: undefined }, [])).toEqual(harmless);
  });

  it('has none of the secrets of the tenant, whatever they are called', () => {
    expect(withoutCredentials({ GREETING: 'hello there', PATH: '/bin' }, ['GREETING'])).toEqual({
      PATH: '/bin',
    });
  });

  it('has no other name for the value of a credential', () => {
    const env = { CLOUDFLARE_API_TOKEN: 'abcdefgh12345678', COPY: 'abcdefgh12345678', CI: '1', CF_X: '1' };
    expect(withoutCredentials(env, [])).toEqual({ CI: '1' });
  });

  it('knows the names in env files', async () => {
    const folder = await project({
      '.env': 'A=1\n',
      '.env.staging': 'export B=2\n',
      '.dev.vars': 'C=3\n',
      'env.txt': 'D=4',
    });
    expect((await envFileNames([folder, path.join(folder, 'nowhere')])).toSorted()).toEqual(['A', 'B', 'C']);
  });

  it('is what the command really gets', async () => {
    const folder = await project({
      '.env.staging': 'GREETING=from-the-file\n',
      'build.mjs': `import { writeFileSync } from 'node:fs';
        writeFileSync('environment.json', JSON.stringify(process.env));
        writeFileSync('index.ts', 'export default {};');`,
    });
    const env = {
      PATH: process.env['PATH'],
      CLOUDFLARE_API_TOKEN: 'top-secret-token',
      GREETING: 'hi',
      PLAIN: 'yes',
    };
    const build = buildOptions(folder, {
      main: path.join(folder, 'index.ts'),
      command: commandIn(folder, 'node build.mjs'),
    });
    await bundleWorker(build, buildContext(folder, { env }));
    const seen = JSON.parse(await readFile(path.join(folder, 'environment.json'), 'utf8')) as Record<
      string,
      string
    >;
    expect(seen['PLAIN']).toBe('yes');
    expect(Object.keys(seen)).not.toContain('CLOUDFLARE_API_TOKEN');
    expect(Object.keys(seen)).not.toContain('GREETING');
  });
});

describe('a build command', () => {
  it('that fails stops the build with the end of its output', async () => {
    const folder = await temporaryFolder();
    const command = `node -e "console.log('first'); console.error('tsc: it broke'); process.exit(7)"`;
    const build = buildOptions(folder, { command: commandIn(folder, command) });
    const error = await bundleWorker(build, buildContext(folder)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'BUNDLE_FAILED', details: { status: 7 } });
    expect(String(error)).toContain('tsc: it broke');
  });

  it('that does not write the entry is named', async () => {
    const folder = await temporaryFolder();
    const build = buildOptions(folder, { command: commandIn(folder, 'true') });
    await expect(bundleWorker(build, buildContext(folder))).rejects.toMatchObject({
      message: expect.stringContaining('src/index.ts, does not exist') as string,
      hint: expect.stringContaining('did not write it') as string,
    });
  });

  it('is stopped with everything it started', async () => {
    const folder = await project({
      'server.mjs': `import { writeFileSync } from 'node:fs';
        process.on('SIGTERM', () => { writeFileSync('stopped', ''); process.exit(); });
        setInterval(() => {}, 1000);
        writeFileSync('started', '');`,
    });
    const build = buildOptions(folder, { command: commandIn(folder, 'node server.mjs & wait') });
    const controller = new AbortController();
    const result = bundleWorker(build, buildContext(folder, { signal: controller.signal })).catch(
      (reason: unknown) => reason,
    );
    await vi.waitFor(() => access(path.join(folder, 'started')), 10_000);
    controller.abort();
    expect(await result).toMatchObject({ code: 'ABORTED' });
    await vi.waitFor(() => access(path.join(folder, 'stopped')), 10_000);
  });

  it('does not start when everything is stopped already', async () => {
    const folder = await temporaryFolder();
    const build = buildOptions(folder, { command: commandIn(folder, 'sleep 30') });
    const signal = AbortSignal.abort();
    await expect(bundleWorker(build, buildContext(folder, { signal }))).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});
