import { describe, expect, it } from 'vitest';
import { ACCOUNT, call, codes, testEmulator, upload } from '../../../test/support/client.ts';
import type { Envelope } from '../../../test/support/client.ts';
import type { Emulator } from '../../index.ts';

const zoneId = 'e'.repeat(32);
const rules = `/zones/${zoneId}/email/routing/rules`;
const ruleFor = (address: string, worker = 'inbox') => ({
  matchers: [{ type: 'literal', field: 'to', value: address }],
  actions: [{ type: 'worker', value: [worker] }],
});
const catchAll = { matchers: [{ type: 'all' }], actions: [{ type: 'worker', value: ['inbox'] }] };

/** An emulator with a zone and a Worker `inbox`, and that Worker's tag. */
async function withInbox(): Promise<{ emulator: Emulator; tag: string }> {
  const emulator = await testEmulator();
  await emulator.admin.seed({ zones: [{ accountId: ACCOUNT, name: 'example.com', id: zoneId }] });
  await call(emulator, 'PUT', '/accounts/:account/workers/scripts/inbox', upload());
  return { emulator, tag: emulator.admin.scripts(ACCOUNT)[0]?.tag ?? '' };
}

async function plan(emulator: Emulator, body: object): Promise<Envelope> {
  return call(emulator, 'POST', '/accounts/:account/email/routing/rules/plan', body);
}

describe('the plan of e-mail rules', () => {
  it('adds what is missing, and is empty once that was done', async () => {
    const { emulator, tag } = await withInbox();
    const wanted = {
      owner_worker_tag: tag,
      rules: [ruleFor('support@example.com')],
      catch_all_rules: [{ target: '*@mail.example.com', rule: catchAll }],
    };
    expect((await plan(emulator, wanted)).result).toEqual({
      zones: [
        {
          zone_id: zoneId,
          zone_name: 'example.com',
          changes: [
            { type: 'added', target: 'support@example.com' },
            { type: 'added', target: '*@mail.example.com' },
          ],
        },
      ],
    });
    const owned = { enabled: true, source: 'wrangler', owner_worker_tag: tag };
    await call(emulator, 'POST', rules, { ...ruleFor('support@example.com'), ...owned });
    await call(emulator, 'PUT', `${rules}/catch_all`, { ...catchAll, ...owned });
    expect((await plan(emulator, wanted)).result).toEqual({ zones: [] });
    expect((await call(emulator, 'GET', rules)).result).toHaveLength(1);
    await emulator.close();
  });

  it('names the rules of others, deletes its own, and updates what differs', async () => {
    const { emulator, tag } = await withInbox();
    const own = { owner_worker_tag: tag };
    await call(emulator, 'POST', rules, ruleFor('taken@example.com', 'other'));
    await call(emulator, 'POST', rules, { ...ruleFor('old@example.com'), ...own });
    await call(emulator, 'POST', rules, { ...ruleFor('moved@example.com', 'before'), ...own });
    const planned = await plan(emulator, {
      ...own,
      rules: [ruleFor('taken@example.com'), ruleFor('moved@example.com')],
    });
    const [zone] = planned.result['zones'] as { changes: { type: string; target: string }[] }[];
    expect(zone?.changes.map(({ type, target }) => `${type} ${target}`)).toEqual([
      'conflict taken@example.com',
      'updated moved@example.com',
      'deleted old@example.com',
    ]);
    expect(zone?.changes[2]).toMatchObject({ remote: { owner_worker_name: 'inbox' } });
    await emulator.close();
  });

  it('is refused for a tag of no Worker, a foreign domain, and two rules for one address', async () => {
    const { emulator, tag } = await withInbox();
    const refused = async (body: object): Promise<number[]> => codes(await plan(emulator, body));
    expect(await refused({ owner_worker_tag: 'f'.repeat(32) })).toEqual([2016]);
    expect(await refused({ owner_worker_tag: tag, rules: [ruleFor('a@other.com')] })).toEqual([2062]);
    const twice = [ruleFor('a@example.com'), ruleFor('a@example.com')];
    expect(await refused({ owner_worker_tag: tag, rules: twice })).toEqual([2020]);
    expect(await refused({ owner_worker_tag: tag, rules: 'all' })).toEqual([2020]);
    await emulator.close();
  });
});

it('the catch-all rule is there, switched off, until it is set; other rules are edited by id', async () => {
  const { emulator } = await withInbox();
  expect((await call(emulator, 'GET', `${rules}/catch_all`)).result).toMatchObject({ enabled: false });
  const made = await call(emulator, 'POST', rules, ruleFor('a@example.com'));
  const path = `${rules}/${String(made.result['id'])}`;
  expect((await call(emulator, 'PUT', path, ruleFor('b@example.com'))).result).toMatchObject({
    matchers: [{ value: 'b@example.com' }],
  });
  expect((await call(emulator, 'DELETE', path)).status).toBe(200);
  expect(codes(await call(emulator, 'DELETE', path))).toEqual([2020]);
  await emulator.close();
});
