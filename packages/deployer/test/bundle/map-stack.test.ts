import { describe, expect, it } from 'vitest';
import { bundleWorker } from '../../src/bundle/bundle-worker.ts';
import { mapStack } from '../../src/bundle/check/map-stack.ts';
import { startFailure } from '../../src/bundle/check/start-failure.ts';
import { buildContext, buildOptions, project } from './support.ts';
import { startAlone } from './workerd.ts';

const FILES = {
  'src/index.ts': `import { limit } from './limit';\n\nexport default { fetch: () => new Response(String(limit)) };`,
  'src/limit.ts': `interface Options {\n  max?: number;\n}\n\nconst read = (options: Options): number => {\n  throw new Error('no max');\n};\n\nexport const limit = read({});`,
};

/** Line and column of a text in the bundle's code, both from 1. */
function positionOf(code: string, text: string): string {
  const before = code.slice(0, code.indexOf(text)).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

async function build(options: { minify?: boolean; sourceMaps?: boolean } = {}) {
  const folder = await project(FILES);
  const bundle = await bundleWorker(buildOptions(folder, options), buildContext(folder));
  return { bundle, code: Buffer.from(bundle.modules[0]?.bytes ?? []).toString() };
}

describe('a stack trace', () => {
  it('is mapped to the source, in every form a frame has', async () => {
    const { bundle, code } = await build();
    const thrown = positionOf(code, 'new Error');
    const { stack, place, frame } = mapStack(
      bundle,
      [
        'Error: no max',
        `    at read (index.js:${thrown})`,
        `    at file:///index.js:${thrown}`,
        `  at index.js:${thrown} in read`,
        `    at Object.fetch (file:///bundle/index.js:${thrown})`,
        '    at other-index.js:1:1',
        '    at null.<anonymous> (node:internal/x:1:1)',
      ].join('\n'),
    );
    expect(stack.split('\n')).toEqual([
      'Error: no max',
      '    at read (src/limit.ts:6:9)',
      '    at src/limit.ts:6:9',
      '  at src/limit.ts:6:9 in read',
      '    at Object.fetch (src/limit.ts:6:9)',
      '    at other-index.js:1:1',
      '    at null.<anonymous> (node:internal/x:1:1)',
    ]);
    expect(place).toEqual({ file: 'src/limit.ts', line: 6, column: 9 });
    expect(frame).toContain(`6 │   throw new Error('no max');`);
  });

  it('is mapped although no map is uploaded', async () => {
    const { bundle, code } = await build({ minify: true, sourceMaps: false });
    expect(bundle.sourceMaps).toEqual([]);
    expect(code).not.toContain('sourceMappingURL');
    const { place } = mapStack(bundle, `at index.js:${positionOf(code, 'new Error')}`);
    expect(place?.file).toBe('src/limit.ts');
  });

  it('without a map, or of places the map does not know, stays as it is', async () => {
    const { bundle } = await build();
    expect(mapStack({ ...bundle, localSourceMap: null }, 'at index.js:1:1').stack).toBe('at index.js:1:1');
    expect(mapStack(bundle, 'at index.js:99999:1')).toMatchObject({
      stack: 'at index.js:99999:1',
      place: null,
    });
    expect(mapStack(bundle, 'at index.js:0:0').place).toBeNull();
  });
});

describe('a Worker that does not start', () => {
  it('gets an error that names the source line of what workerd says', async () => {
    const { bundle } = await build();
    const reason: unknown = await startAlone(bundle, buildContext('/')).catch((error: unknown) => error);
    const printed = (reason as Error).message;
    expect(printed).toMatch(/Uncaught Error: no max\n\s+at index\.js:\d+:\d+/);
    const error = startFailure(bundle, { message: 'Uncaught Error: no max', stack: printed });
    expect(error).toMatchObject({ code: 'SCRIPT_DOES_NOT_START', exitCode: 3 });
    expect(error.findings).toMatchObject([{ place: { file: 'src/limit.ts', line: 6, column: 9 } }]);
    expect(error.message).toContain('src/limit.ts:6:9: Uncaught Error: no max');
    expect(error.findings[0]?.frame).toContain("throw new Error('no max')");
    expect(error.message).toContain('at src/limit.ts:9:');
  });

  it('is told as it is when nothing is known of the place', async () => {
    const { bundle } = await build();
    expect(
      startFailure(bundle, { message: 'Script startup exceeded CPU time limit.', stack: null }).message,
    ).toBe('The Worker does not start: Script startup exceeded CPU time limit.');
  });
});
