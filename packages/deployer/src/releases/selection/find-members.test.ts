import { describe, expect, test } from 'vitest';
import { makeWorker } from '../../../test/support/worker.ts';
import type { Finding } from '../../findings/finding.ts';
import type { CommandScope, World } from '../../session/world.ts';
import type { SurveyTarget } from '../survey/survey.ts';
import { findMembers } from './find-members.ts';
import type { Selection } from './selection.ts';

const ERROR: Finding = { severity: 'error', code: 'x', path: 'p', message: 'm' };
const WARNING: Finding = { ...ERROR, severity: 'warning' };

/** Tenants by id, with the names of their Workers and the tier that each is labelled with; null: its files have errors. */
const TENANTS: Readonly<
  Record<string, { readonly workers: readonly (string | null)[]; readonly tier: string | null }>
> = {
  acme: { workers: [null], tier: 'gold' },
  beta: { workers: ['api', 'web'], tier: 'free' },
  crash: { workers: ['main'], tier: null },
};

function select(
  selection: Selection,
  withFacts = false,
  tenants = TENANTS,
  findings: readonly Finding[] = [],
) {
  const looked: SurveyTarget[] = [];
  const scope = {
    tenants: async () => ({
      ids: async () => Object.keys(tenants),
      workers: async (tenant: string) => tenants[tenant]?.workers ?? [],
      findings: async () => findings,
      project: { findings: [] },
    }),
  } as unknown as CommandScope;
  const look = async (target: SurveyTarget) => {
    looked.push(target);
    const { tenant } = target;
    const tier = tenants[tenant]?.tier;
    const worker =
      tier === null ? null : makeWorker({ tenant, scriptName: tenant, labels: { tier: tier ?? '' } });
    return { worker, findings: tier === null ? [ERROR, WARNING] : [WARNING], environments: [] } as never;
  };
  return { looked, found: findMembers({} as World, scope, selection, { withFacts, look }) };
}
const names = async (selection: Selection): Promise<readonly string[]> =>
  (await select(selection).found).map(({ target }) => target);

describe('the targets of a selection', () => {
  test('are all, one for each Worker, which needs a name only where there are several', async () => {
    const { found, looked } = select({});
    const none = { facts: null, errors: [] };
    expect(await found).toEqual([
      { target: 'acme', tenant: 'acme', worker: null, ...none },
      { target: 'beta/api', tenant: 'beta', worker: 'api', ...none },
      { target: 'beta/web', tenant: 'beta', worker: 'web', ...none },
      { target: 'crash', tenant: 'crash', worker: null, ...none },
    ]);
    expect(looked).toEqual([]);
  });

  test('are resolved where their facts are wanted, and their errors kept', async () => {
    const { found, looked } = select({ env: 'x', dispatchNamespace: 'n' }, true);
    expect((await found).map(({ target, facts, errors }) => [target, facts?.labels, errors])).toEqual([
      ['acme', { tier: 'gold' }, []],
      ['beta/api', { tier: 'free' }, []],
      ['beta/web', { tier: 'free' }, []],
      ['crash', undefined, [ERROR]],
    ]);
    expect(looked.slice(0, 2)).toEqual([
      { tenant: 'acme', worker: undefined, env: 'x', dispatchNamespace: 'n' },
      { tenant: 'beta', worker: 'api', env: 'x', dispatchNamespace: 'n' },
    ]);
  });

  test.each<[Selection, readonly string[]]>([
    [{ only: ['beta'] }, ['beta/api', 'beta/web']],
    [{ exclude: ['beta', 'crash'] }, ['acme']],
    [{ worker: 'web' }, ['beta/web']],
    [{ worker: 'main' }, ['crash']],
    [{ labels: ['tier=gold'] }, ['acme', 'crash']],
    [{ labels: ['tier!=gold', 'tier'] }, ['beta/api', 'beta/web', 'crash']],
    [{ labels: [] }, ['acme', 'beta/api', 'beta/web', 'crash']],
  ])('%j are %j', async (selection, expected) => {
    expect(await names(selection)).toEqual(expected);
  });

  test('must be some', async () => {
    await expect(names({ worker: 'none' })).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'Tenants are: acme, beta, crash.',
    });
    await expect(names({ only: ['acme'], labels: ['tier=free'] })).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('cannot be chosen where no tenant can be read, and the reasons are told', async () => {
    await expect(select({}, false, {}, [ERROR]).found).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'The project has no tenant that can be read.',
      findings: [ERROR],
    });
    await expect(select({}, false, {}).found).rejects.toMatchObject({ code: 'USAGE' });
    expect(await select({ only: ['acme'] }, false, TENANTS, [ERROR]).found).toHaveLength(1);
  });
});
