import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaksIn } from './canaries.ts';
import { createHostileProject, type HostileProject } from './hostile-project.ts';

const BIN = fileURLToPath(new URL('../../dist/bin.cjs', import.meta.url));

let project: HostileProject;

beforeAll(async () => {
  project = await createHostileProject();
});

afterAll(async () => {
  await project.close();
});

// The real program as a process of its own, so the built one; `npm ci` builds it.
describe.runIf(existsSync(BIN) && process.platform === 'linux')('a child of the command line', () => {
  /** A program that writes down its environment and arguments, and goes on as the real one. */
  async function spy(name: string, real: string): Promise<string> {
    const file = join(project.root, name);
    await writeFile(
      file,
      `#!/bin/sh\n{ env; echo "$@"; cat /proc/$PPID/environ /proc/$PPID/cmdline; } >> ${file}.seen\n${real}\n`,
    );
    await chmod(file, 0o755);
    return file;
  }

  it('finds no canary in its environment, its arguments, or those of the program that started it', async () => {
    await project.write('.git/HEAD', 'ref: refs/heads/main\n');
    await spy('git', 'exit 1');
    const esbuild = createRequire(new URL('../../../deployer/package.json', import.meta.url)).resolve(
      'esbuild/bin/esbuild',
    );
    const wrapper = await spy('esbuild', `unset ESBUILD_BINARY_PATH\nexec ${esbuild} "$@"`);
    const env = {
      ...project.env,
      PATH: `${project.root}${delimiter}${process.env['PATH'] ?? ''}`,
      ESBUILD_BINARY_PATH: wrapper,
    };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [BIN, 'doctor', '--tenant=acme', '--json', '--root', project.root],
      { env, encoding: 'utf8' },
    ).catch((error: { stdout: string; stderr: string }) => ({ stdout: error.stdout + error.stderr }));
    expect(stdout).toContain('"name": "acme: token"');
    expect(leaksIn(stdout)).toEqual([]);
    for (const name of ['git', 'esbuild']) {
      const seen = await readFile(join(project.root, `${name}.seen`), 'latin1');
      expect(seen).toContain('PATH=');
      expect({ name, leaks: leaksIn(seen) }).toEqual({ name, leaks: [] });
    }
  }, 60_000);
});
