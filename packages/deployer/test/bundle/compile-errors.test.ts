import { describe, expect, it } from 'vitest';
import { bundleWorker } from '../../src/bundle/bundle-worker.ts';
import { BundleError } from '../../src/errors.ts';
import { buildContext, buildOptions, project } from './support.ts';
import type { BuildContext } from '../../src/bundle/build-context.ts';

async function failure(
  files: Record<string, string>,
  context: Partial<BuildContext> = {},
): Promise<BundleError> {
  const folder = await project(files);
  const error = await bundleWorker(buildOptions(folder), buildContext(folder, context)).catch(
    (reason: unknown) => reason,
  );
  if (!(error instanceof BundleError)) throw new Error(`not a BundleError: ${String(error)}`);
  return error;
}

describe('a compile error', () => {
  it('names file, line and column from 1 and shows the code', async () => {
    const error = await failure({
      'src/index.ts': 'export default {\n  fetch() {\n    return new Response("open;\n  }\n};',
    });
    expect(error.code).toBe('BUNDLE_FAILED');
    expect(error.findings).toMatchObject([
      {
        severity: 'error',
        place: { file: 'src/index.ts', line: 3, column: 31 },
        message: 'Unterminated string literal',
      },
    ]);
    expect(error.message).toBe('The Worker does not compile: src/index.ts:3:31: Unterminated string literal');
    expect(error.findings[0]?.frame).toBe(
      [`  3 │     return new Response("open;`, `    ╵                               ^`].join('\n'),
    );
  });

  it('comes with all others of the build', async () => {
    const error = await failure({
      'src/index.ts':
        'import "./gone";\nimport "missing-package";\nimport { x } from "./b";\nexport default { x };',
      'src/b.ts': 'export const x = ;',
    });
    expect(
      error.findings.map(({ place }) => `${place?.file}:${place?.line}:${place?.column}`).toSorted(),
    ).toEqual(['src/b.ts:1:18', 'src/index.ts:1:8', 'src/index.ts:2:8']);
    const missing = error.findings.find(({ message }) => message.includes('missing-package'));
    expect(missing?.hint).toContain('"alias"');
    expect(error.message).toContain('3 errors');
  });

  it('counts characters, not bytes', async () => {
    const error = await failure({ 'src/index.ts': 'export default ["größer", "ok", @];' });
    expect(error.findings[0]?.place).toMatchObject({ line: 1, column: 34 });
  });

  it('shows only the part of a very long line that matters', async () => {
    const error = await failure({
      'src/index.ts': `${'a();'.repeat(6000)} const = 1; export default {};`,
    });
    const frame = error.findings[0]?.frame ?? '';
    expect(frame.length).toBeLessThan(500);
    expect(frame).toContain('const = 1');
  });

  it('does not repeat a secret from the line', async () => {
    const error = await failure({ 'src/index.ts': 'const key = "sk_live_abcdefghijklmnop1234" + ;' });
    expect(error.findings[0]?.frame).toContain('const key = "***" + ;');
    expect(JSON.stringify(error.toJSON())).not.toContain('sk_live');
  });

  it('of an old builtin name says how to get Node.js compatibility', async () => {
    const error = await failure({ 'src/index.ts': 'import path from "path";\nexport default { path };' });
    expect(error.findings[0]).toMatchObject({
      place: { file: 'src/index.ts', line: 1, column: 18 },
      hint: expect.stringContaining('"nodejs_compat"') as string,
    });
  });

  it('of an old builtin name in the first mode suggests the node: prefix', async () => {
    const error = await failure(
      { 'src/index.ts': 'import path from "path";\nexport default { path };' },
      { compatibilityDate: '2024-09-01', compatibilityFlags: ['nodejs_compat'] },
    );
    expect(error.findings[0]?.hint).toContain('"node:path"');
  });

  it('of a builtin in a service worker says why it is one', async () => {
    const error = await failure(
      { 'src/index.ts': 'import fs from "node:fs";\naddEventListener("fetch", () => fs);' },
      { compatibilityDate: '2026-08-04' },
    );
    expect(error.message).toContain('no default export');
    expect(error.message).toContain('src/index.ts:1:16');
  });

  it('of a cloudflare: import in a service worker says why too', async () => {
    const error = await failure({
      'src/index.ts': 'import "cloudflare:workers";\naddEventListener("fetch", () => {});',
    });
    expect(error.message).toContain('built as a service worker');
  });

  it('of a module rule that is switched off names the rule', async () => {
    const folder = await project({
      'src/index.ts': 'import t from "./a.txt";\nexport default { t };',
      'src/a.txt': 'a',
    });
    const build = buildOptions(folder, { rules: [{ type: 'Text', globs: ['**/*.md'], fallthrough: null }] });
    const error = await bundleWorker(build, buildContext(folder)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: expect.stringContaining('**/*.txt') as string });
    expect(error).toMatchObject({ findings: [{ place: { file: 'src/index.ts', line: 1 } }] });
  });

  it('of an alias that points nowhere names both ends', async () => {
    const folder = await project({ 'src/index.ts': 'import a from "a";\nexport default { a };' });
    const build = buildOptions(folder, { alias: { a: './nowhere.ts' } });
    await expect(bundleWorker(build, buildContext(folder))).rejects.toThrow(/"a" points at ".\/nowhere.ts"/);
  });

  it('of a missing text module says that the file is not there', async () => {
    const error = await failure({ 'src/index.ts': 'import t from "./a.txt";\nexport default { t };' });
    expect(error.findings[0]).toMatchObject({
      place: { line: 1 },
      message: expect.stringContaining('does not exist') as string,
    });
  });
});

describe('a Node.js builtin without compatibility', () => {
  it('with the node: prefix is left to the runtime, with a warning that names file and line', async () => {
    const folder = await project({
      'src/index.ts': '// hello\nimport { createHash } from "node:crypto";\nexport default { createHash };',
    });
    const { warnings } = await bundleWorker(buildOptions(folder), buildContext(folder));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('"node:crypto"');
    expect(warnings[0]).toContain('src/index.ts:2');
  });

  it('is no warning in the modes that have it', async () => {
    const folder = await project({
      'src/index.ts':
        'import { AsyncLocalStorage } from "node:async_hooks";\nexport default { AsyncLocalStorage };',
    });
    for (const context of [
      { compatibilityFlags: ['nodejs_als'] },
      { compatibilityFlags: ['nodejs_compat'], compatibilityDate: '2024-01-01' },
      { compatibilityFlags: ['nodejs_compat'] },
      { compatibilityDate: '2026-08-04' },
    ]) {
      expect((await bundleWorker(buildOptions(folder), buildContext(folder, context))).warnings).toEqual([]);
    }
  });
});
