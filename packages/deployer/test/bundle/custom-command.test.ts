import { spawn } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { bundleWorker } from '../../src/bundle/bundle-worker.ts';
import { apart } from '../../src/bundle/command/isolation.ts';
import { buildContext, buildOptions, project, temporaryFolder } from './support.ts';

const commandIn = (cwd: string, command: string) => ({ command, cwd, watchDir: [] });

describe('a build command that looks for secrets', () => {
  const dump = `import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
    const others = [];
    for (const pid of process.platform === 'linux' ? readdirSync('/proc').filter((name) => Number(name) > 0) : []) {
      try { others.push(readFileSync('/proc/' + pid + '/environ', 'utf8')); } catch {}
    }
    writeFileSync('seen.json', JSON.stringify({ environment: process.env, others }));
    writeFileSync('index.ts', 'export default {};');`;
  const PLANTED = 'planted-0123456789';

  async function seenBy(context: Parameters<typeof buildContext>[1]): Promise<{
    environment: Record<string, string>;
    others: string[];
  }> {
    const folder = await project({ 'build.mjs': dump });
    const build = buildOptions(folder, {
      main: path.join(folder, 'index.ts'),
      command: commandIn(folder, 'node build.mjs'),
    });
    await bundleWorker(build, buildContext(folder, context));
    return JSON.parse(await readFile(path.join(folder, 'seen.json'), 'utf8')) as never;
  }

  it('finds none in its environment, and of the rest what the project names', async () => {
    const env = {
      PATH: process.env['PATH'],
      CLOUDFLARE_API_TOKEN: PLANTED,
      DATABASE_OF_OTHER: PLANTED,
      GREETING: PLANTED,
      VITE_STAGE: 'staging',
    };
    const { environment } = await seenBy({
      env,
      buildVariables: ['VITE_STAGE', 'GREETING', 'CLOUDFLARE_API_TOKEN'],
      secretNames: ['GREETING'],
    });
    expect(JSON.stringify(environment)).not.toContain(PLANTED);
    expect(environment['VITE_STAGE']).toBe('staging');
  });

  it('does not find those another process was started with, where the machine can keep them apart', async (test) => {
    if ((await apart('true', { PATH: process.env['PATH'] ?? '' })) === null) test.skip();
    const holder = spawn('sleep', ['60'], { env: { PATH: process.env['PATH'], HELD: PLANTED } });
    try {
      const { others } = await seenBy({ env: { PATH: process.env['PATH'] } });
      expect(others.join()).toContain('PATH=');
      expect(others.join()).not.toContain(PLANTED);
    } finally {
      holder.kill();
    }
  });

  it('is not run at all where changes are only proposed', async () => {
    const folder = await temporaryFolder();
    const build = buildOptions(folder, { command: commandIn(folder, 'touch ran') });
    const error = await bundleWorker(build, buildContext(folder, { runCommand: false })).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code: 'BUILD_NOT_RUN', exitCode: 3 });
    await expect(access(path.join(folder, 'ran'))).rejects.toThrow('ENOENT');
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
