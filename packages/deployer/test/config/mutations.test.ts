import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { stringify } from 'smol-toml';
import { describe, it } from 'vitest';
import type { Finding } from '../../src/findings/finding.ts';
import type { ResolvedResult } from '../../src/resolve/resolve-loaded.ts';
import { ACCOUNT, check } from './support.ts';

/** Real configurations to damage: those of the parity cases. */
const FOLDER = fileURLToPath(new URL('../fixtures/wrangler-parity/', import.meta.url));
const TEXTS: readonly string[] = readdirSync(FOLDER).flatMap((name) => {
  const { files } = JSON.parse(readFileSync(`${FOLDER}${name}`, 'utf8')) as {
    files: Record<string, unknown>;
  };
  const text = files['wrangler.jsonc'];
  return typeof text === 'string' && text.length > 150 ? [text] : [];
});
const CONFIGS: readonly unknown[] = TEXTS.map((text) => parse(text) as unknown);

const ENVS = [undefined, '', 'staging', 'prod', 'nope', '../x', '__proto__', 'stаging', 'constructor'];

/** Values that a field of another type may get. */
const oddValue = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0.5,
    1e308,
    '',
    'x',
    [],
    {},
    [[]],
    [null],
    '../../etc/passwd',
    '\u0000',
  ),
  fc.constantFrom<unknown>('__proto__', 'constructor', 'ｓｈｏｐ', 'a'.repeat(10_000), { toString: 1 }, [
    { binding: 5 },
  ]),
  fc.jsonValue({ maxDepth: 3 }),
);

const RUNS = { seed: 20_261_123, endOnFailure: true } as const;

/**
 * Holds for every input: no crash, a worker or an error, and every finding at a place in a file we have. Asked in one
 * assertion for each input: a hundred thousand of them took as long as all resolving.
 */
function expectSound(result: ResolvedResult): void {
  const hasErrors = result.findings.some(({ severity }) => severity === 'error');
  const linesOf = cached((file: string) => result.sources[file]?.split('\n'));
  const wrong = result.findings.flatMap((finding) =>
    wrongWith(finding, linesOf).map((what) => `${finding.code}: ${what}`),
  );
  if ((result.worker === null) !== hasErrors) wrong.push('a worker and errors, or neither');
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

function wrongWith(
  { place, message, code }: Finding,
  linesOf: (file: string) => readonly string[] | undefined,
): readonly string[] {
  const lines = linesOf(place?.file ?? '');
  const { line = 0, column = 0 } = place ?? {};
  return [
    message.length > 10 ? '' : `says no more than ${message}`,
    /^[a-z0-9-]+$/.test(code) ? '' : 'no code',
    lines === undefined ? 'in no file we have' : '',
    line >= 1 && line <= (lines ?? []).length ? '' : `no line ${line}`,
    column >= 1 && column <= ((lines ?? [])[line - 1] ?? '').length + 1 ? '' : `no column ${column}`,
  ].filter((what) => what !== '');
}

function cached<Value>(make: (key: string) => Value): (key: string) => Value {
  const made = new Map<string, Value>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key) as Value;
  };
}

describe('ten thousand damaged configurations never crash', () => {
  it('when values are of the wrong kind', { timeout: 60_000 }, () => {
    const damaged = fc.tuple(
      fc.integer({ min: 0, max: CONFIGS.length - 1 }),
      fc.array(fc.tuple(fc.nat(), oddValue, fc.constantFrom('replace', 'remove', 'rename')), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.constantFrom(...ENVS),
    );
    fc.assert(
      fc.property(damaged, ([index, mutations, env]) => {
        let config = structuredClone(CONFIGS[index]);
        for (const [where, value, how] of mutations) config = damage(config, where, value, how);
        expectSound(check(JSON.stringify(config, undefined, 1), env === undefined ? {} : { env }));
      }),
      { ...RUNS, numRuns: 5000 },
    );
  });

  it('when the text is damaged', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), cuts, fc.constantFrom(...ENVS), (text, edits, env) => {
        expectSound(check(edit(text, edits), env === undefined ? {} : { env }));
      }),
      { ...RUNS, numRuns: 3000 },
    );
  });

  it('when it is TOML', { timeout: 60_000 }, () => {
    const tables = CONFIGS.map((config) => stringify(withoutNull(config)));
    fc.assert(
      fc.property(fc.constantFrom(...tables), cuts, (text, edits) => {
        expectSound(check(edit(text, edits), { file: 'wrangler.toml' }));
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });

  it('when tenant.config.json is damaged', { timeout: 60_000 }, () => {
    const tenant = {
      tenantId: 'acme',
      accountId: ACCOUNT,
      healthCheck: { path: '/health', expectStatus: [200], expectJson: { 'version.id': 1 } },
      apiKeys: ['OPENAI_API_KEY'],
      labels: { tier: 'gold' },
      requiredBindings: [],
      drift: { ignore: ['crons'] },
    };
    fc.assert(
      fc.property(fc.nat(), oddValue, fc.constantFrom('replace', 'remove', 'rename'), (where, value, how) => {
        const damaged = damage(structuredClone(tenant), where, value, how);
        expectSound(check({}, { tenant: JSON.stringify(damaged, undefined, 1) }));
      }),
      { ...RUNS, numRuns: 1000 },
    );
  });
});

/** Replaces, removes or renames the nth value of a tree, in it: copying it for each of ten thousand took as long as reading it. */
function damage(root: unknown, nth: number, value: unknown, how: string): unknown {
  const slots: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const tree: Record<string, unknown> = { root };
  const walk = (holder: Record<string, unknown>): void => {
    for (const key of Object.keys(holder)) {
      slots.push({ holder, key });
      const item = holder[key];
      if (typeof item === 'object' && item !== null) walk(item as Record<string, unknown>);
    }
  };
  walk(tree);
  const slot = slots[nth % slots.length];
  if (slot === undefined) return value;
  const { holder, key } = slot;
  // What replaces it is damaged in its turn, and is not this case's alone.
  if (how === 'replace') holder[key] = structuredClone(value);
  else {
    const item = holder[key];
    delete holder[key];
    if (how === 'rename') holder[typeof value === 'string' ? value : `${key}s`] = item;
  }
  return tree['root'] ?? {};
}

const cuts = fc.array(
  fc.tuple(
    fc.nat(),
    fc.nat({ max: 12 }),
    fc.constantFrom('', '"', '{', '}', ']', ',', '//', '/*', '\\', "'", '__proto__', '\u2028', '= ['),
  ),
  {
    minLength: 1,
    maxLength: 4,
  },
);

function edit(text: string, edits: readonly (readonly [number, number, string])[]): string {
  return edits.reduce((current, [where, length, insert]) => {
    const at = where % (current.length + 1);
    return current.slice(0, at) + insert + current.slice(at + length);
  }, text);
}

/** TOML has no null. */
function withoutNull(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, item: unknown) => (item === null ? undefined : item)));
}
