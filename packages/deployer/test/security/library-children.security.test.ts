import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cf-deploy-children-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

// A process of its own: in this one esbuild may be running already. Node 20 does not run TypeScript, esbuild makes it run.
it.runIf(process.platform === 'linux')(
  'esbuild, started for a program that uses the library, does not see its tokens, and the program keeps them',
  async () => {
    const require = createRequire(import.meta.url);
    const seen = path.join(folder, 'seen');
    const wrapper = path.join(folder, 'esbuild');
    const real = require.resolve('esbuild/bin/esbuild');
    await writeFile(wrapper, `#!/bin/sh\nenv > ${seen}\nunset ESBUILD_BINARY_PATH\nexec ${real} "$@"\n`);
    await chmod(wrapper, 0o755);
    const { buildSync } = require('esbuild') as typeof import('esbuild');
    const program = path.join(folder, 'program.mjs');
    buildSync({
      stdin: {
        contents: `import { loadEsbuild } from './load-esbuild.ts';
          const { code } = await loadEsbuild().transform('let a: number = 1', { loader: 'ts' });
          console.log(code.trim(), process.env.CLOUDFLARE_API_TOKEN);
          process.exit(0);`,
        resolveDir: path.resolve(import.meta.dirname, '../../src'),
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: program,
      define: { 'import.meta.url': JSON.stringify(import.meta.url) },
    });
    const { stdout } = await promisify(execFile)(process.execPath, [program], {
      env: {
        PATH: process.env['PATH'],
        ESBUILD_BINARY_PATH: wrapper,
        CLOUDFLARE_API_TOKEN: 'planted-token-0123456789',
        SOMETHING_ELSE: 'planted-value-0123456789',
      },
    });
    expect(stdout).toBe('let a = 1; planted-token-0123456789\n');
    const environment = await readFile(seen, 'utf8');
    expect(environment).toContain('PATH=');
    expect(environment).not.toMatch(/planted|TOKEN|SOMETHING_ELSE/);
  },
  60_000,
);
