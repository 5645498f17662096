import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ParityAccount, startAccount } from './account.ts';
import { DECIDED_BY_ACCOUNT, INTENDED, INTENDED_BY_ACCOUNT, LIVE_AT_ONCE } from './differences.ts';
import { normalise, recorded } from './evaluate.ts';
import { uploadExisting } from './existing.ts';
import { type ParityCase, PARITY_TENANT, readCases, writeProject } from './parity-case.ts';

/**
 * Deploys of whole projects with the library, to an embedded Cloudflare: what really goes over the wire is
 * compared, where parity.test.ts compares what would.
 */
const cases = (await readCases()).filter(
  ({ name, expected, args }) =>
    expected.exit === 0 &&
    args === undefined &&
    !Object.hasOwn(INTENDED, name) &&
    !Object.hasOwn({ ...DECIDED_BY_ACCOUNT, ...INTENDED_BY_ACCOUNT }, name),
);

/** Settings of the Workers that are there before. */
const AS_THEY_ARE = { logpush: false, observability: { enabled: false }, tail_consumers: [] };

let account: ParityAccount;
let empty: ReturnType<ParityAccount['emulator']['admin']['snapshot']>;
beforeAll(async () => {
  account = await startAccount();
  empty = account.emulator.admin.snapshot();
});
beforeEach(() => account.emulator.admin.restore(empty));
afterAll(() => account.close());

describe('what is deployed is what wrangler deploys', () => {
  it.each(cases.map((parityCase) => [parityCase.name, parityCase] as const))('%s', async (_, parityCase) => {
    if (parityCase.existing) await uploadExisting(account.emulator, parityCase);
    account.uploads.length = 0;
    const deployer = account.deployerFor(await writeProject(unsettled(parityCase)));
    await deployer.deploy({
      tenant: PARITY_TENANT,
      verify: false,
      force: true,
      env: parityCase.env ?? '',
    });
    const { tags: _tags, ...metadata } = normalise(account.uploads[0] ?? {}) as { readonly tags?: unknown };
    const said = LIVE_AT_ONCE.has(parityCase.name) ? AS_THEY_ARE : {};
    expect(metadata).toEqual({ ...said, ...recorded(parityCase).metadata });
  });
});

/** Zone ids are the recorder's own; here the zone has another. */
function unsettled(parityCase: ParityCase): ParityCase {
  const text = parityCase.files['wrangler.jsonc'];
  if (typeof text !== 'string') return parityCase;
  const named = text.replaceAll(/"zone_id": "f{32}"/g, '"zone_name": "example.com"');
  return { ...parityCase, files: { ...parityCase.files, 'wrangler.jsonc': named } };
}
