import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { publishedOperations } from '../test/support/conformance.ts';
import { coverage, renderCoverage } from './coverage.ts';
import { endpoints } from './endpoints.ts';

const declared = coverage.flatMap((resource) => Object.entries(resource.endpoints));

describe('the declared coverage', () => {
  it('names every served endpoint and no other', () => {
    const served = endpoints.map(({ method, path }) => `${method} ${path}`);
    expect(declared.map(([endpoint]) => endpoint).toSorted()).toEqual(served.toSorted());
  });

  it('says "documentation" only for published operations', () => {
    const published = new Set(publishedOperations.map(withoutNames));
    const wrong = declared.filter(
      ([endpoint, provenance]) => provenance === 'documentation' && !published.has(withoutNames(endpoint)),
    );
    expect(wrong).toEqual([]);
  });

  /** `npm run generate` writes the page anew. */
  it('is what the docs page says', async () => {
    const page = fileURLToPath(new URL('../../../docs/emulator-coverage.md', import.meta.url));
    const options = await resolveConfig(page);
    const rendered = await format(renderCoverage(), { ...options, parser: 'markdown' });
    await expect(rendered).toMatchFileSnapshot(page);
  });
});

function withoutNames(operation: string): string {
  return operation.replaceAll(/\{[^}]+\}|:[a-z_]+/g, ':');
}
