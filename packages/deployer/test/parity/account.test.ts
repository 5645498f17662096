import { afterEach, describe, expect, it } from 'vitest';
import { type ParityAccount, startAccount } from './account.ts';
import { DECIDED_BY_ACCOUNT, INTENDED_BY_ACCOUNT } from './differences.ts';
import { uploadExisting } from './existing.ts';
import { type ParityCase, PARITY_ACCOUNT, PARITY_TENANT, readCases, writeProject } from './parity-case.ts';

const cases = new Map((await readCases()).map((parityCase) => [parityCase.name, parityCase]));
let account: ParityAccount | undefined;

afterEach(async () => {
  await account?.close();
  account = undefined;
});

/** What each case needs to be the case: something in the account, or a fault of the API. */
const SITUATIONS: Readonly<
  Record<string, { readonly code: string; readonly fault?: readonly [string, string] }>
> = {
  'binding-queue-missing': { code: 'RESOURCE_MISSING' },
  'provision-new': { code: 'RESOURCE_MISSING' },
  'vars-over-secret-existing': { code: 'CONFIG_INVALID' },
  'secrets-required-new': { code: 'SECRET_MISSING' },
  'routes-conflict': { code: 'CONFLICT' },
};

describe('what the account decides is decided before sending', () => {
  it.each(Object.entries(SITUATIONS))('%s', async (name, { code }) => {
    const { deploy, writes } = await situation(name);
    await expect(deploy()).rejects.toMatchObject({ code });
    expect(writes).toEqual([]);
  });
});

describe('what the API refuses is not reported as done', () => {
  it.each([
    ['error-api-upload', 'PUT', '/workers/scripts/broken', 'untouched'],
    ['error-api-deployment-existing', 'POST', '/workers/scripts/broken/deployments', 'uploaded'],
  ])('%s', async (name, method, path, endState) => {
    const { deploy, fail } = await situation(name);
    if (name.endsWith('existing')) await deploy();
    fail(method, path);
    const result = await deploy('another').catch((error: unknown) => error);
    expect(result).toMatchObject({ status: 'failed', endState });
  });
});

it('every such case is tried', () => {
  const tried = [...Object.keys(SITUATIONS), 'error-api-upload', 'error-api-deployment-existing'];
  expect(tried.toSorted()).toEqual(Object.keys({ ...DECIDED_BY_ACCOUNT, ...INTENDED_BY_ACCOUNT }).toSorted());
});

async function situation(name: string): Promise<{
  readonly deploy: (message?: string) => Promise<unknown>;
  readonly writes: string[];
  readonly fail: (method: string, path: string) => void;
}> {
  const parityCase = cases.get(name);
  if (parityCase === undefined) throw new Error(`There is no case ${name}.`);
  const started = await startAccount();
  account = started;
  if (name === 'routes-conflict') await takeRoute(started);
  if (name === 'vars-over-secret-existing') await uploadExisting(started.emulator, parityCase);
  const rootDir = await writeProject(withZone(parityCase));
  const deployer = started.deployerFor(rootDir);
  return {
    deploy: (message) =>
      deployer.deploy({
        tenant: PARITY_TENANT,
        verify: false,
        force: true,
        ...(message === undefined ? {} : { message }),
      }),
    writes: started.writes,
    fail: (method, path) => {
      started.emulator.admin.addFault({
        method,
        path: `/accounts/${PARITY_ACCOUNT}${path}`,
        status: 400,
        code: 10021,
        message: 'refused',
      });
    },
  };
}

/** The recorded zone id is the recorder's; the account here has the zone by name. */
function withZone(parityCase: ParityCase): ParityCase {
  const text = parityCase.files['wrangler.jsonc'];
  if (typeof text !== 'string') return parityCase;
  const named = text.replaceAll(/"zone_id": "f{32}"/g, '"zone_name": "example.com"');
  return { ...parityCase, files: { ...parityCase.files, 'wrangler.jsonc': named } };
}

/** Another Worker gets the route first. */
async function takeRoute(started: ParityAccount): Promise<void> {
  const owner = await writeProject({
    ...withZone(cases.get('routes-conflict') as ParityCase),
    files: {
      'src/index.js': 'export default { fetch() { return new Response("x"); } };',
      'wrangler.jsonc': JSON.stringify({
        name: 'someone-else',
        main: 'src/index.js',
        compatibility_date: '2026-02-01',
        routes: [{ pattern: 'shop.example.com/*', zone_name: 'example.com' }],
      }),
    },
  });
  await started.deployerFor(owner).deploy({ tenant: PARITY_TENANT, verify: false });
  started.writes.length = 0;
}
