import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createScope, type World } from '../../session/world.ts';
import { changedSince } from './changed-since.ts';
import type { FleetMember } from './fleet-target.ts';

const member = (tenant: string, worker: string | null = null): FleetMember => ({
  target: tenant,
  tenant,
  worker,
  facts: null,
  errors: [],
});
const row = (tenantId: string, tier: string): string => JSON.stringify({ tenantId, labels: { tier } });

/** Rows of a table now and at the ref, and what git says changed; gives the tenants that differ. */
async function selected(
  tenants: readonly string[],
  given: {
    readonly changed: readonly string[];
    readonly now?: readonly string[];
    readonly before?: readonly string[] | null;
    readonly from?: string;
  },
) {
  const rootDir = mkdtempSync(join(tmpdir(), 'changed-since-'));
  writeFileSync(join(rootDir, 'tenants.jsonl'), `${(given.now ?? []).join('\n')}\n`);
  const asked: unknown[] = [];
  const world = {
    rootDir,
    get env(): never {
      throw new Error('its files are looked at');
    },
    git: {
      changedFiles: async (ref: string) => {
        asked.push(ref);
        return given.changed;
      },
      fileAt: async (ref: string, file: string) => {
        asked.push([ref, file]);
        return given.before === null ? null : `${(given.before ?? []).join('\n')}\n`;
      },
    },
  } as unknown as World;
  const loaded: unknown[] = [];
  const scope = {
    tenants: async () => ({
      load: async (tenant: string, worker?: string) => {
        loaded.push(worker === undefined ? tenant : `${tenant}/${worker}`);
        if (tenant === 'broken') throw new Error('no such tenant');
        return { from: given.from ?? 'table' };
      },
    }),
  } as unknown as ReturnType<typeof createScope>;
  const members = tenants.map((tenant) => member(tenant, tenant === 'one' ? 'api' : null));
  const found = await changedSince(world, scope, { ref: 'main', env: 'x', members });
  return { found: found.map(({ tenant }) => tenant), asked, loaded };
}

const TABLE = ['tenants.jsonl'];

test('nothing that changed is nobody, and nobody is looked at', async () => {
  const { found, loaded, asked } = await selected(['one', 'two'], { changed: [] });
  expect([found, loaded, asked]).toEqual([[], [], ['main']]);
});

test.each(['ts', 'mts', 'js', 'mjs'])(
  'the configuration of the project as .%s changes everybody',
  async (ending) => {
    const { found, loaded } = await selected(['one', 'two'], { changed: [`cf-deploy.config.${ending}`] });
    expect([found, loaded]).toEqual([['one', 'two'], []]);
  },
);

test('tenants of a table that is new, or whose rows differ, are changed', async () => {
  const now = [row('one', 'gold'), row('two', 'free')];
  const all = await selected(['one', 'two'], { changed: TABLE, now, before: null });
  expect([all.found, all.asked]).toEqual([
    ['one', 'two'],
    ['main', ['main', 'tenants.jsonl']],
  ]);
  expect(all.loaded).toEqual(['one/api', 'two']);
  const before = [row('one', 'free'), row('two', 'gold')];
  expect((await selected(['one', 'two'], { changed: TABLE, now, before })).found).toEqual(['one', 'two']);
});

test('a row that is new is changed, though its tenant cannot be read', async () => {
  const now = [row('one', 'gold'), row('broken', 'gold')];
  const before = [row('one', 'free')];
  expect((await selected(['one', 'broken'], { changed: TABLE, now, before })).found).toEqual([
    'one',
    'broken',
  ]);
});

test('code that gives its tenants may have read any file but those of other tenants', async () => {
  expect((await selected(['one', 'two'], { changed: ['lib/x.js'], from: 'code' })).found).toEqual([
    'one',
    'two',
  ]);
  const own = selected(['one'], { changed: ['tenants/two/x.js'], from: 'code' });
  await expect(own).rejects.toThrow('its files are looked at');
});
