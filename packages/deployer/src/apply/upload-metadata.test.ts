import { describe, expect, test } from 'vitest';
import { makeDeployment } from '../../test/support/live.ts';
import { makeBundle, makeWorker } from '../../test/support/worker.ts';
import type { ResolvedWorker } from '../resolve/resolved-worker.ts';
import { ownerName } from '../sections/marker.ts';
import { known, unknown } from '../sections/section.ts';
import { desiredState } from '../sections/state.ts';
import { Secret } from '../security/secret.ts';
import { deploymentMessage, versionAnnotations } from './annotations.ts';
import { buildUploadForm } from './upload-form.ts';
import { buildUploadMetadata, uploadHeaders, type UploadInputs } from './upload-metadata.ts';

const USUAL = {
  main_module: 'index.js',
  bindings: [],
  compatibility_date: '2026-02-01',
  compatibility_flags: [],
  keep_bindings: ['secret_text', 'secret_key'],
};
const metadata = (worker: Partial<ResolvedWorker> = {}, inputs: Partial<UploadInputs> = {}) =>
  buildUploadMetadata(makeWorker(worker), { bundle: makeBundle(), upload: 'version', ...inputs });

describe('the metadata of an upload', () => {
  test('says no more than there is to say', () => {
    expect(metadata()).toEqual(USUAL);
  });

  test.each<[string, Partial<ResolvedWorker>, Partial<UploadInputs>, object]>([
    ['flags', { compatibilityFlags: ['nodejs_compat'] }, {}, { compatibility_flags: ['nodejs_compat'] }],
    [
      'variables of others that are kept',
      { keepVars: true },
      {},
      { keep_bindings: ['plain_text', 'json', 'secret_text', 'secret_key'] },
    ],
    [
      'exports',
      { exports: { Room: { type: 'durable-object' } } },
      {},
      { exports: { Room: { type: 'durable-object' } } },
    ],
    ['placement', { runtime: { placement: { mode: 'smart' } } }, {}, { placement: { mode: 'smart' } }],
    ['limits', { runtime: { limits: { cpu_ms: 5 } } }, {}, { limits: { cpu_ms: 5 } }],
    [
      'cache options',
      { runtime: { cache_options: { enabled: true } } },
      {},
      { cache_options: { enabled: true } },
    ],
    ['settings', { settings: { logpush: true } }, {}, { logpush: true }],
    ['unsafe fields, over all others', { unsafeMetadata: { bindings: 1 } }, {}, { bindings: 1 }],
    ['assets', {}, { assets: { jwt: 'j', config: {} } }, { assets: { jwt: 'j', config: {} } }],
    ['annotations', {}, { annotations: { a: 'b' } }, { annotations: { a: 'b' } }],
    ['no annotations', {}, { annotations: {} }, {}],
    ['tags, none included', {}, { tags: [] }, { tags: [] }],
    [
      'a migration',
      {},
      { migrations: { new_tag: 'v1', steps: [] } },
      { migrations: { new_tag: 'v1', steps: [] } },
    ],
    ['no migration', {}, { migrations: null }, {}],
    [
      'packages',
      {},
      { packageDependencies: [{ name: 'a', packageJsonVersion: '^1', installedVersion: '1' }] as never },
      { package_dependencies: [{ name: 'a', packageJsonVersion: '^1', installedVersion: '1' }] },
    ],
    ['no packages', {}, { packageDependencies: [] }, {}],
    [
      'how a script replaces running code',
      {},
      { upload: 'script' },
      { code_update_strategy: { mode: 'deferred', max_delay: 300 } },
    ],
  ])('has %s', (_name, worker, inputs, more) => {
    expect(metadata(worker, inputs)).toEqual({ ...USUAL, ...more });
  });

  test('names the one script of service-worker syntax', () => {
    const { main_module: _, ...rest } = USUAL;
    expect(metadata({}, { bundle: makeBundle({ format: 'service-worker' }) })).toEqual({
      ...rest,
      body_part: 'index.js',
    });
  });

  test('of assets alone has neither code nor bindings', () => {
    expect(metadata({}, { bundle: null, tags: ['a'], assets: { jwt: 'j', config: {} } })).toEqual({
      compatibility_date: '2026-02-01',
      compatibility_flags: [],
      tags: ['a'],
      assets: { jwt: 'j', config: {} },
    });
  });

  test('lists inherited and sent secrets before bindings of file and bundle, assets last', () => {
    const assets = { directory: 'd', binding: 'ASSETS', config: {} } as unknown as NonNullable<
      ResolvedWorker['assets']
    >;
    const bundle = makeBundle({ bindings: [{ name: 'WASM', type: 'wasm_module', part: 'p' }] });
    const vars = { name: 'VAR', type: 'plain_text', text: 'x' };
    const given = { bundle, inheritedSecrets: ['OLD'], newSecrets: { NEW: new Secret('hush') } };
    const all = [
      { name: 'OLD', type: 'inherit' },
      { name: 'NEW', type: 'secret_text', text: 'hush' },
      vars,
      { name: 'WASM', type: 'wasm_module', part: 'p' },
    ];
    expect(metadata({ bindings: [vars], assets }, given)['bindings']).toEqual([
      ...all,
      { name: 'ASSETS', type: 'assets' },
    ]);
    const listed = { name: 'ASSETS', type: 'assets' };
    expect(metadata({ bindings: [listed], assets })['bindings']).toEqual([listed]);
    expect(metadata({ assets: { ...assets, binding: null } })['bindings']).toEqual([]);
  });

  test('needs a newer date of the API for workflow exports only', () => {
    const headers = (exports: ResolvedWorker['exports']) => uploadHeaders(makeWorker({ exports }));
    expect(headers({ Flow: { type: 'workflow' }, Room: { type: 'durable-object' } })).toEqual({
      'Cloudflare-Workers-Script-Api-Date': '2026-11-09',
    });
    expect(headers({ Room: { type: 'durable-object' } })).toEqual({});
    expect(headers(null)).toEqual({});
  });
});

test('the form has the metadata and each module and map under its own name, folders kept', () => {
  const bytes = new TextEncoder().encode('x');
  const bundle = makeBundle({
    modules: [{ name: 'lib/a.js', contentType: 'application/javascript+module', bytes }],
    sourceMaps: [{ name: 'lib/a.js.map', contentType: 'application/source-map', bytes }],
  });
  const form = buildUploadForm({ a: 1 }, bundle);
  expect(form).toEqual([
    { name: 'metadata', content: '{"a":1}' },
    { name: 'lib/a.js', contentType: 'application/javascript+module', content: bytes },
    { name: 'lib/a.js.map', contentType: 'application/source-map', content: bytes },
  ]);
  expect(buildUploadForm({}, null).map(({ name }) => name)).toEqual(['metadata']);
});

describe('the annotations of a version', () => {
  const desired = desiredState({ worker: makeWorker(), bundle: makeBundle(), assets: null });
  const given = {
    desired: { ...desired, config: known('config') },
    owner: ownerName({ tenant: 'acme', worker: 'api', environment: 'a b' }),
    project: null,
    run: 'run',
    over: null,
    message: 'Hello',
    tag: undefined,
    commit: null,
    artifact: null,
    upload: 'version',
  } as const;
  const commit = { sha: 'c'.repeat(40), dirty: false };
  const code = `code=${'d'.repeat(32)}`;

  test.each<[string, Partial<Parameters<typeof versionAnnotations>[0]>, object]>([
    [
      'are the message with the marker',
      {},
      { 'workers/message': `Hello [cf-deploy ${code} config=config run=run of=acme/api@a%20b]` },
    ],
    [
      'are the marker alone without a message',
      { message: undefined },
      { 'workers/message': `[cf-deploy ${code} config=config run=run of=acme/api@a%20b]` },
    ],
    [
      'have the commit as one of their own',
      { commit },
      {
        'workers/message': `Hello [cf-deploy ${code} config=config run=run of=acme/api@a%20b]`,
        'workers/commit_sha': commit.sha,
      },
    ],
    [
      'have it in the marker of a script, which takes no such annotation',
      { commit, upload: 'script' },
      {
        'workers/message': `Hello [cf-deploy ${code} config=config run=run over=none commit=${commit.sha} of=acme/api@a%20b]`,
      },
    ],
    [
      'do not have the commit of a dirty tree',
      { commit: { ...commit, dirty: true } },
      { 'workers/message': `Hello [cf-deploy ${code} config=config run=run of=acme/api@a%20b]` },
    ],
    [
      'have a tag',
      { tag: 'v1' },
      {
        'workers/message': `Hello [cf-deploy ${code} config=config run=run of=acme/api@a%20b]`,
        'workers/tag': 'v1',
      },
    ],
    [
      'have no empty tag',
      { tag: '' },
      { 'workers/message': `Hello [cf-deploy ${code} config=config run=run of=acme/api@a%20b]` },
    ],
    [
      'have the digest of the assets',
      { desired: { ...given.desired, assets: known({ digest: 'assets' }) } },
      {
        'workers/message': `Hello [cf-deploy ${code} config=config assets=assets run=run of=acme/api@a%20b]`,
      },
    ],
    [
      'leave out what is not known',
      { desired: { ...given.desired, code: unknown(''), config: unknown(''), assets: unknown('') } },
      { 'workers/message': 'Hello [cf-deploy config= run=run of=acme/api@a%20b]' },
    ],
  ])('%s', (_name, change, expected) => {
    expect(versionAnnotations({ ...given, ...change })).toEqual(expected);
  });

  test('a tag is measured in bytes, as the API does', () => {
    expect(versionAnnotations({ ...given, tag: 'é'.repeat(50) })).toHaveProperty(['workers/tag']);
    expect(() => versionAnnotations({ ...given, tag: `${'é'.repeat(50)}x` })).toThrow(
      'The tag has 101 bytes; Cloudflare takes 100.',
    );
  });

  test('a deployment says whose run made it and what cannot be read back', () => {
    expect(deploymentMessage('Hello', { run: 'run', over: null }, 'opts')).toBe(
      'Hello [cf-deploy triggers=opts run=run over=none]',
    );
    expect(deploymentMessage(undefined, { run: 'run', over: makeDeployment() }, null)).toBe(
      '[cf-deploy run=run over=d1]',
    );
  });
});
