import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { publishedOperations } from '../../test/support/conformance.ts';
import { coverage, renderCoverage } from './coverage.ts';
import { call, codes, testEmulator } from '../../test/support/client.ts';
import { NOT_SERVED, endpoints } from './endpoints.ts';

const shown = coverage.flatMap((product) => product.endpoints);

describe('the coverage', () => {
  it('has each served endpoint once', () => {
    const served = endpoints.map(({ method, path }) => `${method} ${path}`);
    expect(shown.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(served.toSorted());
    expect(new Set(served).size).toBe(served.length);
  });

  it('says of nothing it serves that it does not', () => {
    const served = new Set(endpoints.map(({ method, path }) => withoutNames(`${method} ${path}`)));
    expect(NOT_SERVED.filter(({ route }) => served.has(withoutNames(route)))).toEqual([]);
  });

  it('tells why a known operation is not served', async () => {
    const emulator = await testEmulator();
    const path = '/accounts/:account/d1/database/x/export';
    const answer = await call(emulator, 'POST', path, {});
    expect([answer.status, codes(answer)]).toEqual([501, [90501]]);
    expect(answer.errors[0]?.message).toMatch(/does not serve POST .*export\. Read the tables with queries/);
    const other = await call(emulator, 'POST', '/accounts/:account/nothing', {});
    expect(other.errors[0]?.message).toMatch(/nothing\.$/);
    await emulator.close();
  });

  it('says "documentation" only for published operations', () => {
    const published = new Set(publishedOperations.map(withoutNames));
    const wrong = shown.filter(
      ({ method, path, known }) =>
        known === 'documentation' && !published.has(withoutNames(`${method} ${path}`)),
    );
    expect(wrong).toEqual([]);
  });

  it('is what the docs page says: npm run generate writes it', async () => {
    const page = fileURLToPath(new URL('../../../../docs/emulator-coverage.md', import.meta.url));
    const options = await resolveConfig(page);
    const rendered = await format(renderCoverage(), { ...options, parser: 'markdown' });
    await expect(rendered).toMatchFileSnapshot(page);
  });
});

function withoutNames(operation: string): string {
  return operation.replaceAll(/\{[^}]+\}|:[a-z_]+/g, ':');
}
