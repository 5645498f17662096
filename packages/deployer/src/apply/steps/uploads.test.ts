import { describe, expect, test } from 'vitest';
import { lost, notUnderstood, refused } from '../../../test/support/api.ts';
import { markedBy } from '../../../test/support/live.ts';
import {
  VERSIONS,
  version,
  carry,
  SCRIPT,
  DEPLOYMENTS,
  BEFORE,
  OURS,
  THEIRS,
  listed,
  deployed,
} from '../../../test/support/steps.ts';
import { makeWorker } from '../../../test/support/worker.ts';
import type { JsonObject } from '../../json.ts';
import type { Step, StepContext } from '../../plan/step.ts';
import { Secret } from '../../security/secret.ts';
import { LIST_LAG_MS } from '../lag.ts';

describe('uploading a version', () => {
  const step: Step = { kind: 'upload-version', inheritedSecrets: ['KEPT'] };

  test('sends code, configuration and secrets, and wants what it inherits to be there', async () => {
    const { result, writes } = await carry(
      'apply',
      step,
      { [`POST ${VERSIONS}`]: { id: 'v2' } },
      { context: { newSecrets: { NEW: new Secret('hush') } }, soFar: { assetsToken: 'unused' } },
    );
    expect(result).toEqual({ assetsToken: 'unused', versionId: 'v2' });
    expect(writes.map(({ call }) => call)).toEqual([`POST ${VERSIONS}?bindings_inherit=strict`]);
    const form = writes[0]?.body as Readonly<Record<string, string>>;
    expect(form['index.js']).toBe('export default {};');
    expect(JSON.parse(form['metadata'] ?? '')).toMatchObject({
      main_module: 'index.js',
      bindings: [
        { name: 'KEPT', type: 'inherit' },
        { name: 'NEW', type: 'secret_text', text: 'hush' },
      ],
      annotations: markedBy('run'),
      keep_bindings: ['secret_text', 'secret_key'],
    });
    expect(JSON.parse(form['metadata'] ?? '')).not.toHaveProperty('code_update_strategy');
  });

  test.each([
    ['was lost', lost],
    ['is "fine" in a form nobody understands', notUnderstood],
  ])('whose answer %s looks for it first, and does not send it twice', async (_name, fault) => {
    const { result, calls, waits } = await carry('apply', step, {
      [`POST ${VERSIONS}`]: fault(),
      [`GET ${VERSIONS}`]: { items: [version('v9', 9, 'other'), version('v2', 2, 'run')] },
    });
    expect(result).toEqual({ versionId: 'v2' });
    expect(calls).toHaveLength(1);
    expect(waits).toEqual([LIST_LAG_MS]);
  });

  test('that did not arrive is sent again', async () => {
    const { result, calls } = await carry('apply', step, {
      [`POST ${VERSIONS}`]: (attempt) => (attempt === 1 ? lost() : { id: 'v3' }),
      [`GET ${VERSIONS}`]: { items: [version('v9', 9, 'other')] },
    });
    expect(result).toEqual({ versionId: 'v3' });
    expect(calls).toHaveLength(2);
  });

  test('that is refused is not looked for', async () => {
    const { result, reads, waits } = await carry('apply', step, { [`POST ${VERSIONS}`]: refused(10021) });
    expect(result).toMatchObject({ code: 'API_REFUSED' });
    expect([reads, waits]).toEqual([[], []]);
  });

  test('cannot be undone: it is named, found by its marker where its id was lost', async () => {
    const known = await carry('revert', step, {}, { soFar: { versionId: 'v2' } });
    expect(known.result).toBe('version v2 of Worker acme: was uploaded and stays');
    const items = { items: [version('v2', 2, 'run')] };
    expect((await carry('revert', step, { [`GET ${VERSIONS}`]: items })).result).toContain('version v2');
    expect((await carry('revert', step, { [`GET ${VERSIONS}`]: { items: [] } })).result).toBeNull();
  });
});

describe('uploading a script', () => {
  const step = {
    kind: 'upload-script',
    exists: true,
    migrations: null,
    inheritedSecrets: ['KEPT'],
  } as const satisfies Step;
  const migrations = { old_tag: 'v1', new_tag: 'v2', steps: [{ deleted_classes: ['Room'] }] };
  const uploaded = { [`GET ${DEPLOYMENTS}`]: listed(BEFORE), [`PUT ${SCRIPT}`]: { id: 'acme' } };

  test('is live at once; the version it made is asked for where the answer does not tell', async () => {
    let looks = 0;
    const { result, writes } = await carry('apply', step, {
      ...uploaded,
      [`GET ${DEPLOYMENTS}`]: () => ((looks += 1) === 1 ? listed(BEFORE) : listed(OURS)),
    });
    expect(result).toEqual({ promoted: true, versionId: 'v2' });
    expect(writes[0]?.call).toBe(`PUT ${SCRIPT}?excludeScript=true&bindings_inherit=strict`);
    const form = writes[0]?.body as Readonly<Record<string, string>>;
    const metadata = JSON.parse(form['metadata'] ?? '') as JsonObject;
    expect(metadata).toMatchObject({
      bindings: [{ name: 'KEPT', type: 'inherit' }],
      code_update_strategy: { mode: 'deferred', max_delay: 300 },
    });
    expect(metadata).not.toHaveProperty('tags');
    expect(metadata).not.toHaveProperty('migrations');
  });

  test('sends its tags and migrations', async () => {
    const { writes } = await carry('apply', { ...step, tags: ['a'], migrations }, uploaded);
    const form = writes[0]?.body as Readonly<Record<string, string>>;
    expect(JSON.parse(form['metadata'] ?? '')).toMatchObject({ tags: ['a'], migrations });
  });

  test.each([
    ['where somebody else deployed', {}, {}],
    ['of a new Worker that somebody else made meanwhile', { exists: false }, { basedOn: null }],
  ])('is refused %s', async (_name, fields, context) => {
    const { result, calls } = await carry(
      'apply',
      { ...step, ...fields },
      { ...uploaded, [`GET ${DEPLOYMENTS}`]: listed(THEIRS) },
      { context },
    );
    expect([result, calls]).toMatchObject([{ code: 'CONFLICT' }, []]);
  });

  test('of a new Worker goes on where the look before it fails', async () => {
    const { calls } = await carry(
      'apply',
      { ...step, exists: false },
      { ...uploaded, [`GET ${DEPLOYMENTS}`]: refused(10_000) },
      { context: { basedOn: null } },
    );
    expect(calls).toHaveLength(1);
  });

  test('into a dispatch namespace looks at no deployments, and names no version', async () => {
    const worker = makeWorker({ dispatchNamespace: 'customers' });
    const path = 'PUT /workers/dispatch/namespaces/customers/scripts/acme';
    const { result, reads } = await carry('apply', step, { [path]: { id: 'acme' } }, { context: { worker } });
    expect([result, reads]).toEqual([{ promoted: true }, []]);
  });

  test.each([
    ['that arrived is not sent twice', [version('v2', 2, 'run')], 1],
    ['of which nothing is seen is sent again', [version('v1', 1, 'other')], 2],
  ])('after a lost answer one %s', async (_name, items, sent) => {
    const { result, calls, waits } = await carry('apply', step, {
      ...uploaded,
      [`PUT ${SCRIPT}`]: (attempt) => (attempt === 1 ? lost() : { id: 'acme' }),
      [`GET ${VERSIONS}`]: { items },
    });
    expect(result).toMatchObject({ promoted: true });
    expect([calls.length, waits]).toEqual([sent, [LIST_LAG_MS]]);
  });

  const self = makeWorker({
    bindings: [
      { name: 'SELF', type: 'service', service: 'acme' },
      { name: 'OTHER', type: 'service', service: 'other' },
      { name: 'VAR', type: 'plain_text', text: 'x', service: 'acme' },
    ],
  });
  const names = (body: unknown): readonly string[] => {
    const { metadata } = body as { readonly metadata: string };
    return (JSON.parse(metadata) as { readonly bindings: readonly { readonly name: string }[] }).bindings.map(
      ({ name }) => name,
    );
  };

  test('refused for its binding to itself goes up first without it, then whole, migrations once', async () => {
    const { result, writes } = await carry(
      'apply',
      { ...step, inheritedSecrets: [], exists: false, toItself: ['SELF'], migrations },
      { ...uploaded, [`PUT ${SCRIPT}`]: (attempt) => (attempt === 1 ? refused(10143) : { id: 'acme' }) },
      { context: { worker: self } },
    );
    expect(result).toMatchObject({ promoted: true });
    expect(writes.map(({ body }) => names(body))).toEqual([
      ['SELF', 'OTHER', 'VAR'],
      ['OTHER', 'VAR'],
      ['SELF', 'OTHER', 'VAR'],
    ]);
    const sent = writes.map(({ body }) => (body as Readonly<Record<string, string>>)['metadata'] ?? '');
    expect(sent.map((text) => 'migrations' in (JSON.parse(text) as object))).toEqual([true, true, false]);
  });

  test.each([
    ['for another reason', { toItself: ['SELF'] }, 10021],
    ['where it binds nothing of the kind', {}, 10143],
  ])('refused %s it is sent once', async (_name, fields, code) => {
    const { result, calls } = await carry(
      'apply',
      { ...step, ...fields },
      { ...uploaded, [`PUT ${SCRIPT}`]: refused(code) },
    );
    expect([result, calls.length]).toMatchObject([{ code: 'API_REFUSED' }, 1]);
  });

  test('workflow entries of exports need a newer date of the API', async () => {
    const dated = async (exports: Readonly<Record<string, JsonObject>>) =>
      (await carry('apply', step, uploaded, { context: { worker: makeWorker({ exports }) } })).writes[0]
        ?.headers;
    expect(await dated({ Flow: { type: 'workflow' } })).toEqual({
      'Cloudflare-Workers-Script-Api-Date': '2026-11-09',
    });
    expect(await dated({ Room: { type: 'durable-object' } })).toEqual({});
  });

  test.each<
    [
      string,
      Partial<typeof step> & object,
      readonly JsonObject[],
      Partial<StepContext>,
      string | null,
      number,
    ]
  >([
    ['deploys what was live before', {}, [version('v2', 2, 'run')], {}, null, 1],
    ['does nothing where nothing arrived', {}, [version('v1', 1, 'other')], {}, null, 0],
    [
      'cannot take away a new Worker, and says so',
      {},
      [version('v2', 2, 'run')],
      { basedOn: null },
      'Worker acme: it did not exist before and stays',
      0,
    ],
    [
      'cannot undo a migration, and says so',
      { migrations } as never,
      [version('v2', 2, 'run')],
      {},
      'version v2 of Worker acme: stays live, because migration v2 cannot be undone',
      0,
    ],
  ])('undone it %s', async (_name, fields, items, context, left, sent) => {
    const { result, writes } = await carry(
      'revert',
      { ...step, ...fields },
      {
        [`GET ${VERSIONS}`]: { items },
        [`GET ${DEPLOYMENTS}`]: context.basedOn === null ? listed(OURS) : listed(OURS, BEFORE),
        [`POST ${DEPLOYMENTS}`]: BEFORE,
      },
      { context },
    );
    expect(result).toBe(left);
    expect(writes.map(({ call, body }) => [call, body])).toEqual(
      Array.from({ length: sent }, () => [`POST ${DEPLOYMENTS}?force=true`, deployed({ v1: 100 })]),
    );
  });
});
