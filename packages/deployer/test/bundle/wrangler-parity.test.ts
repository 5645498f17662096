import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundleWorker } from '../../src/bundle/bundle-worker.ts';
import type { Bundle, BundleModule } from '../../src/bundle/bundle.ts';
import { BundleError } from '../../src/errors.ts';
import { caseBuild, caseProject, FIXTURES, readCase, type RecordedPart } from './support.ts';

/** Recorded from wrangler 4.164.0: the modules it uploads for small projects. */
const cases = await Promise.all(
  (await readdir(FIXTURES)).map(async (name) => ({ name, recorded: await readCase(name) })),
);
const building = cases.filter(({ recorded }) => recorded.fails === undefined);
const failing = cases.filter(({ recorded }) => recorded.fails !== undefined);

describe('the modules of a bundle are those wrangler uploads', () => {
  it.each(building)('$name: $recorded.title', async ({ name, recorded }) => {
    const folder = await caseProject(name);
    const { build, context } = caseBuild(folder, recorded);
    const bundle = await bundleWorker(build, context);
    const expected = recorded.expected;
    const scripts = expected?.parts.filter((part) => part.type !== 'application/source-map') ?? [];

    expect(bundle.mainModule).toBe(expected?.main ?? expected?.body);
    expect(bundle.format).toBe(expected?.main === null ? 'service-worker' : 'modules');
    expect(summaries(bundle.modules)).toEqual(
      scripts.map(({ name: part, type }) => `${part} ${type}`).toSorted(),
    );
    expect(bundle.bindings.map((binding) => JSON.stringify(binding)).toSorted()).toEqual(
      (expected?.bindings ?? [])
        .map(({ type, name: binding, part }) => JSON.stringify({ type, name: binding, part }))
        .toSorted(),
    );
    for (const part of scripts) {
      const bytes = moduleOf(bundle, part.name).bytes;
      expect(part.sameAs === undefined ? sizeWithoutPathComments(bytes) : Buffer.from(bytes)).toEqual(
        part.sameAs === undefined ? part.size : await readFile(path.join(folder, part.sameAs)),
      );
      for (const specifier of part.imports ?? []) {
        expect(Buffer.from(bytes).toString()).toContain(`"${specifier}"`);
      }
    }
    expectSameMaps(bundle, expected?.parts.filter((part) => part.type === 'application/source-map') ?? []);
    expect(bundle.exports.toSorted()).toEqual(
      (scripts.find((part) => part.generated)?.exports ?? bundle.exports).toSorted(),
    );
  });
});

describe('what wrangler refuses to build is refused', () => {
  it.each(failing)('$name: $recorded.title', async ({ name, recorded }) => {
    const { build, context } = caseBuild(await caseProject(name), recorded);
    const error = await bundleWorker(build, context).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BundleError);
    expect(error).toMatchObject({ code: 'BUNDLE_FAILED', exitCode: 3 });
  });
});

function summaries(modules: readonly BundleModule[]): string[] {
  return modules.map(({ name, contentType }) => `${name} ${contentType}`).toSorted();
}

function moduleOf(bundle: Bundle, name: string): BundleModule {
  const module = bundle.modules.find((candidate) => candidate.name === name);
  if (module === undefined) throw new Error(`no module ${name}`);
  return module;
}

/** The recorder leaves out the text of comments that name a file, as it depends on where things are installed. */
function sizeWithoutPathComments(bytes: Uint8Array): number {
  return Buffer.byteLength(
    Buffer.from(bytes)
      .toString()
      .replaceAll(/^ *\/\/ .*$/gm, '//'),
  );
}

function expectSameMaps(bundle: Bundle, parts: readonly RecordedPart[]): void {
  expect(bundle.sourceMaps.map((map) => map.name)).toEqual(parts.map((part) => part.name));
  for (const [index, part] of parts.entries()) {
    const text = Buffer.from(bundle.sourceMaps[index]?.bytes ?? []).toString();
    const map = JSON.parse(text) as { sources: string[]; sourcesContent: string[]; file: string };
    expect(map.file).toBe(bundle.mainModule);
    const own = map.sources.filter((source) => part.sources?.includes(source));
    expect(own).toEqual(part.sources);
    expect(map.sources.length - own.length).toBe(part.otherSources);
  }
}
