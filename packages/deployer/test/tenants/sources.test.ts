import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveWorker } from '../../src/resolve/resolve-worker.ts';
import { openTenants } from '../../src/tenants/catalog.ts';
import { SOURCE_LIMITS } from '../../src/tenants/tenant-source.ts';
import { ACCOUNT, kv, listed, SHARED, shown, writeFiles } from './support.ts';

const row = (tenantId: string, more: object = {}): string =>
  JSON.stringify({ tenantId, accountId: ACCOUNT, ...more });

const code = (tenants: string): Readonly<Record<string, string>> => ({
  'cf-deploy.config.ts': `export default { workers: { api: 'workers/api' }, tenants: ${tenants} };\n`,
});

describe('tenants of a table', () => {
  it.each([
    ['tenants.jsonl', `${row('acme')}\n\n${row('beta')}\n`],
    ['tenants.csv', `tenantId,accountId\r\nacme,${ACCOUNT}\r\n\r\nbeta,"${ACCOUNT}"\r\n`],
    [
      'tenants.yaml',
      `# ours\n- tenantId: acme\n  accountId: "${ACCOUNT}"\n- {tenantId: beta, accountId: "${ACCOUNT}"}\n`,
    ],
    [
      'tenants.yml',
      `---\n- tenantId: acme\n  accountId: "${ACCOUNT}"\n\n-\n  tenantId: beta\n  accountId: "${ACCOUNT}"\n`,
    ],
  ])('are the rows of %s', async (file, text) => {
    const root = await writeFiles({ ...SHARED, [file]: text });
    expect(await listed(root)).toMatchObject({ ids: ['acme', 'beta'], findings: [] });
    const { worker, findings } = await resolveWorker({ rootDir: root, tenant: 'beta' });
    expect(findings).toEqual([]);
    expect(worker).toMatchObject({ tenant: 'beta', accountId: ACCOUNT, scriptName: 'api-beta' });
  });

  it('fill fields by column: dots reach into them, `:json` holds more than text, an empty cell says nothing', async () => {
    const root = await writeFiles({
      ...SHARED,
      'tenants.csv': [
        'tenantId,accountId,labels.tier,healthCheck:json,overrides.vars.REGION',
        `acme,${ACCOUNT},gold,"{""attempts"": 3}",us`,
        `beta,${ACCOUNT},,,`,
      ].join('\n'),
    });
    const acme = await resolveWorker({ rootDir: root, tenant: 'acme' });
    expect(acme.worker).toMatchObject({ labels: { tier: 'gold' }, health: { attempts: 3 } });
    expect(acme.worker?.bindings).toContainEqual({ type: 'plain_text', name: 'REGION', text: 'us' });
    const beta = await resolveWorker({ rootDir: root, tenant: 'beta' });
    expect(beta.worker).toMatchObject({ labels: {}, health: { attempts: 10 } });
  });

  it('have places to the cell', async () => {
    const root = await writeFiles({
      ...SHARED,
      'tenants.csv': `tenantId,labels.note,accountId\nacme,"two\nlines, ""quoted""",nothing\n`,
    });
    const { findings } = await resolveWorker({ rootDir: root, tenant: 'acme' });
    // A label is one line.
    expect(findings.map(shown)).toEqual(['tenants.csv:2:6 invalid-value', 'tenants.csv:3:20 invalid-value']);
    expect(findings[1]?.frame).toContain('> 3 | lines, ""quoted""",nothing');
  });

  it.each([
    ['tenants.jsonl', `\n{"tenantId": "acme", "accountId": 7}\n`, 'tenants.jsonl:2:35 wrong-type'],
    ['tenants.yaml', `- tenantId: acme\n  accountId: 7\n`, 'tenants.yaml:2:14 wrong-type'],
  ])('have places in %s', async (file, text, place) => {
    const root = await writeFiles({ ...SHARED, [file]: text });
    const { findings } = await resolveWorker({ rootDir: root, tenant: 'acme' });
    expect(findings.map(shown)).toEqual([place]);
  });

  it.each([
    ['a missing cell', 'tenants.csv', `tenantId,accountId\nacme\n`, 'tenants.csv:2:1 column-count'],
    [
      'an extra cell',
      'tenants.csv',
      `tenantId,accountId\nacme,${ACCOUNT},x\n`,
      'tenants.csv:2:39 column-count',
    ],
    ['a quote inside a cell', 'tenants.csv', `tenantId,accountId\nac"me,1\n`, 'tenants.csv:2:1 syntax'],
    ['a quote that is not closed', 'tenants.csv', `tenantId,accountId\n"acme,1\n`, 'tenants.csv:2:1 syntax'],
    ['a cell that is not JSON', 'tenants.csv', `tenantId,labels:json\nacme,{\n`, 'tenants.csv:2:6 syntax'],
    ['no column for the id', 'tenants.csv', `id,accountId\nacme,1\n`, 'tenants.csv:1:1 column'],
    ['a column twice', 'tenants.csv', `tenantId,tenantId\nacme,acme\n`, 'tenants.csv:1:10 column'],
    [
      'a column inside another',
      'tenants.csv',
      `tenantId,labels:json,labels.a\nacme,,\n`,
      'tenants.csv:1:22 column',
    ],
    ['a forbidden column', 'tenants.csv', `tenantId,__proto__.x\nacme,1\n`, 'tenants.csv:1:10 column'],
    ['an empty id', 'tenants.csv', `tenantId,accountId\n,1\n`, 'tenants.csv:2:1 missing-field'],
    ['a path as an id', 'tenants.jsonl', row('../../etc'), 'tenants.jsonl:1:13 tenant-id'],
    ['a look-alike letter', 'tenants.jsonl', row('аcme'), 'tenants.jsonl:1:13 tenant-id'],
    ['a number as an id', 'tenants.jsonl', '{"tenantId": 7}', 'tenants.jsonl:1:14 tenant-id'],
    ['a line that is no JSON', 'tenants.jsonl', '{"tenantId": }', 'tenants.jsonl:1:14 syntax'],
    ['a line that is no object', 'tenants.jsonl', '["acme"]', 'tenants.jsonl:1:1 syntax'],
    ['a forbidden key', 'tenants.yaml', `- tenantId: acme\n  "__proto__": {}\n`, 'tenants.yaml:1:3 syntax'],
    ['YAML that is no list', 'tenants.yaml', `acme:\n  accountId: 1\n`, 'tenants.yaml:1:1 syntax'],
    [
      'YAML that cannot be parsed',
      'tenants.yaml',
      `- tenantId: [\n- tenantId: b\n`,
      'tenants.yaml:1:14 syntax',
    ],
    ['an alias of another row', 'tenants.yaml', `- &a {tenantId: acme}\n- *a\n`, 'tenants.yaml:2:3 syntax'],
  ])('are refused with %s', async (_what, file, text, place) => {
    const root = await writeFiles({ ...SHARED, [file]: text });
    expect((await listed(root)).findings[0]).toBe(place);
  });

  it('with one id, or with ids that differ only in case, are errors with both places', async () => {
    const root = await writeFiles({
      ...SHARED,
      'tenants.jsonl': [row('acme'), row('beta'), row('acme'), row('Beta')].join('\n'),
    });
    const { all, findings } = await listed(root);
    expect(findings).toEqual([
      'tenants.jsonl:3:13 duplicate-tenant',
      'tenants.jsonl:4:13 tenants-differ-in-case',
    ]);
    expect(all[0]?.message).toContain('tenants.jsonl:1');
    const { worker } = await resolveWorker({ rootDir: root, tenant: 'acme' });
    expect(worker).toBeNull();
  });

  it('are read whole although 300 of 10,000 rows are broken', async () => {
    const rows = Array.from({ length: 10_000 }, (_, index) =>
      index % 100 < 3 ? `bad id ${index},${ACCOUNT}` : `t-${index},${ACCOUNT}`,
    );
    const root = await writeFiles({ ...SHARED, 'tenants.csv': ['tenantId,accountId', ...rows].join('\n') });
    const { ids, findings } = await listed(root);
    expect(ids).toHaveLength(9700);
    expect(findings).toHaveLength(300);
    expect(new Set(findings.map((finding) => finding.split(' ')[1]))).toEqual(new Set(['tenant-id']));
  });

  it('of a table that changes while it is read are not trusted', async () => {
    const root = await writeFiles({ ...SHARED, 'tenants.jsonl': `${row('acme')}\n${row('beta')}\n` });
    const codes: string[] = [];
    for await (const entry of (await openTenants(root)).stream()) {
      if (entry.kind === 'problem') codes.push(entry.finding.code);
      else if (entry.id === 'acme') await appendFile(join(root, 'tenants.jsonl'), `${row('gamma')}\n`);
    }
    expect(codes).toEqual(['table-changed']);
  });

  it.each([
    ['bytes that are not text', '{"tenantId": "\uFFFD"}', SOURCE_LIMITS, 'file-unreadable'],
    [
      'more rows than the limit',
      [row('a1'), row('b1')].join('\n'),
      { ...SOURCE_LIMITS, tenants: 1 },
      'too-many-tenants',
    ],
    ['more bytes than the limit', row('acme'), { ...SOURCE_LIMITS, tableBytes: 10 }, 'file-unreadable'],
  ])('with %s are refused', async (_what, text, limits, code_) => {
    const root = await writeFiles({ ...SHARED, 'tenants.jsonl': text });
    expect((await listed(root, { limits })).all.map(({ code: each }) => each)).toEqual([code_]);
  });
});

describe('tenants of code', () => {
  it.each([
    ['a list', `[{ tenantId: 'acme', accountId: '${ACCOUNT}' }]`],
    ['a function', `() => [{ tenantId: 'acme', accountId: '${ACCOUNT}' }]`],
    ['an asynchronous function', `async () => [{ tenantId: 'acme', accountId: '${ACCOUNT}' }]`],
    ['a generator', `function* () { yield { tenantId: 'acme', accountId: '${ACCOUNT}' }; }`],
    [
      'an asynchronous generator',
      `async function* () { yield { tenantId: 'acme', accountId: '${ACCOUNT}' }; }`,
    ],
  ])('come from %s', async (_what, tenants) => {
    const root = await writeFiles({ ...SHARED, ...code(tenants) });
    expect(await listed(root)).toMatchObject({ ids: ['acme'], findings: [] });
    const { worker } = await resolveWorker({ rootDir: root, tenant: 'acme' });
    expect(worker?.origins['tenant.accountId']).toMatchObject({
      from: 'code',
      place: { file: 'cf-deploy.config.ts' },
    });
  });

  it.each([
    [
      'throws',
      `function* () { yield { tenantId: 'acme' }; throw new Error('no database'); }`,
      'threw after 1 tenants: no database',
    ],
    [
      'never answers',
      `async function* () { await new Promise(() => {}); }`,
      'gave no tenant for 0.05 seconds, after 0',
    ],
    [
      'never ends',
      `function* () { for (let i = 0; ; i += 1) yield { tenantId: 't' + i }; }`,
      'does not end: 50 tenants are the limit',
    ],
    ['gives what is no object', `() => ['acme']`, '`tenants[0]` is not an object'],
    [
      'gives what is no data',
      `() => [{ tenantId: 'acme', labels: { x: () => 1 } }]`,
      '`tenants[0]` holds a function',
    ],
    ['can be read once only', `(function* () {})()`, 'give the function that makes it'],
    ['gives nothing', `() => undefined`, 'gave nothing that can be iterated'],
    ['gives a hostile id', `() => [{ tenantId: '..' }]`, '`tenantId` is "..", which is not a tenant id'],
  ])('that %s are an error, and the others are not lost', async (_what, tenants, message) => {
    const limits = { ...SOURCE_LIMITS, nextMs: 50, tenants: 50 };
    const root = await writeFiles({ ...SHARED, ...code(tenants), 'tenants.jsonl': row('table') });
    const { all, ids } = await listed(root, { limits });
    expect(ids).toContain('table');
    expect(all.map((finding) => finding.message).join()).toContain(message);
    expect(all[0]?.place?.file).toBe('cf-deploy.config.ts');
  });
});

describe('tenants of folders, tables and code together', () => {
  it('are one list; an id in two of them is an error', async () => {
    const root = await writeFiles({
      ...SHARED,
      ...code(`[{ tenantId: 'coded' }, { tenantId: 'folder' }]`),
      'tenants.csv': 'tenantId\nrow\n',
      'tenants/folder/tenant.config.json': row('folder', { worker: 'api' }),
    });
    const { ids, findings } = await listed(root);
    expect(ids).toEqual(['folder', 'row', 'coded', 'folder']);
    expect(findings).toEqual([expect.stringMatching(/^cf-deploy.config.ts:\d+:\d+ duplicate-tenant$/)]);
  });

  it('that are not there are missed with a suggestion', async () => {
    const root = await writeFiles({ ...SHARED, 'tenants.jsonl': row('acme') });
    await expect(resolveWorker({ rootDir: root, tenant: 'amce' })).rejects.toMatchObject({
      code: 'TENANT_UNKNOWN',
      hint: 'Did you mean "acme"?',
    });
  });

  it('take a Worker by its folder without any project file', async () => {
    const { 'cf-deploy.config.ts': _, ...files } = SHARED;
    const root = await writeFiles({
      ...files,
      'tenants.jsonl': [
        row('acme', {
          worker: 'workers/api',
          overrides: { name: 'acme', kv_namespaces: { CACHE: { id: kv('7') } } },
        }),
        row('beta', { worker: '../elsewhere/api' }),
        row('gamma', { worker: 'workers/nothing' }),
        row('delta'),
      ].join('\n'),
    });
    const worker = async (tenant: string): Promise<readonly string[]> =>
      (await resolveWorker({ rootDir: root, tenant })).findings.map(shown);
    expect(await worker('acme')).toEqual([]);
    expect(await worker('beta')).toEqual([expect.stringContaining('worker-unknown')]);
    expect(await worker('gamma')).toEqual([expect.stringContaining('file-missing')]);
    expect(await worker('delta')).toEqual(['tenants.jsonl:4:1 worker-missing']);
  });

  it('have a wrangler file or a shared Worker, not both', async () => {
    const root = await writeFiles({
      ...SHARED,
      'tenants/acme/tenant.config.json': row('acme', { worker: 'api' }),
      'tenants/acme/wrangler.jsonc': SHARED['workers/api/wrangler.jsonc'],
    });
    const { findings } = await resolveWorker({ rootDir: root, tenant: 'acme' });
    expect(findings.map(({ code: each }) => each)).toContain('worker-twice');
  });
});
