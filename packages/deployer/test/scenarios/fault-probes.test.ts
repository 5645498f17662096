import { afterAll, beforeAll } from 'vitest';
import type { Deployer } from '@cf-deploy/deployer';
import type { Emulator } from '@cf-deploy/emulator';
import { check, probe as probeIn, touchesNothing, type Oracle } from '../support/fault-probe.ts';
import { ACCOUNT, HEALTHY, startProject, wranglerFile, type TestProject } from '../support/project.ts';

const target = { tenant: 'acme' };
const OLD = 'the-old-value-of-the-key';
const NEW = 'the-new-value-of-the-key';
const SOURCE = HEALTHY;
let project: TestProject;
/** Two versions, the newer one live, and one more without traffic. */
let account: ReturnType<Emulator['admin']['snapshot']>;
let versionIds: readonly string[];
/** Records of how it came to be so. */
let history: readonly string[];

beforeAll(async () => {
  project = await startProject({
    emulator: { runtime: 'double', rateLimit: null },
    tenantConfig: { healthCheck: false, requiredSecrets: ['API_KEY'] },
  });
  const file = (colour: string): Promise<void> =>
    project.write(
      'tenants/acme/wrangler.json',
      wranglerFile('acme', { no_bundle: true, vars: { COLOUR: colour }, triggers: { crons: ['0 1 * * *'] } }),
    );
  await project.write('tenants/acme/src/index.js', SOURCE.replace('fetch(', 'scheduled() {}, fetch('));
  await project.write('tenants/acme/.env', `API_KEY=${OLD}\n`);
  await file('blue');
  await project.deployer.deploy(target);
  await file('green');
  await project.deployer.deploy(target);
  await project.write('tenants/acme/.env', `API_KEY=${NEW}\n`);
  account = project.emulator.admin.snapshot();
  versionIds = scriptOf().versions.map(({ id }) => id);
  history = await project.records();
});

afterAll(() => project.close());

function scriptOf(): ReturnType<Emulator['admin']['scripts']>[number] {
  const [script] = project.emulator.admin.scripts(ACCOUNT);
  if (script === undefined) throw new Error('There is no Worker.');
  return script;
}

/** What is really there. */
function real() {
  const script = scriptOf();
  const live = script.deployments[0]?.versions[0]?.versionId ?? '';
  const bindings = script.versions.find(({ id }) => id === live)?.bindings ?? [];
  const secrets = new Map(
    bindings.flatMap((one) => (one.type === 'secret_text' ? [[one.name, String(one['text'])] as const] : [])),
  );
  return {
    live,
    secrets,
    versions: script.versions.length,
    deployments: script.deployments.map(({ id }) => id),
  };
}
type Real = ReturnType<typeof real>;

function probe<Result>(
  name: string,
  command: (deployer: Deployer) => Promise<Result>,
  oracle: Oracle<Result, Real>,
): void {
  const reset = async (): Promise<void> => {
    await project.emulator.admin.restore(account);
    await project.keepRecords(history);
  };
  probeIn(name, () => ({ project, reset, real, never: NEW }), command, oracle);
}

interface SecretsResult {
  readonly endState?: string;
  readonly secrets: readonly { readonly name: string; readonly present: boolean }[];
}

/** A change of secrets: what is said is what is live, and no more than one version is made. */
const secretsAreAsSaid =
  (name: string, wanted: string | null): Oracle<SecretsResult, Real> =>
  ({ result, error, before, after, record }) => {
    const isLive = (after.secrets.get(name) ?? null) === wanted;
    const changed = after.versions > before.versions;
    const state = result?.endState ?? record?.endState;
    const present = result?.secrets.some((secret) => secret.name === name && secret.present);
    return check(
      [after.versions <= before.versions + 1, 'it made more than one version'],
      [result === null || isLive, 'it says done, and it is not'],
      [result === null || present === (wanted !== null), 'the names it gives are wrong'],
      [result === null || record !== null, 'there is no record'],
      [record?.status !== 'running', 'the record says that it runs'],
      [
        record === null || record.status === (error === null ? 'deployed' : 'failed'),
        'the record says something else',
      ],
      [state !== 'live' || isLive, 'it says live, and it is not'],
      [state !== 'untouched' || !changed, 'it says untouched, and there is a version'],
      [state !== 'uploaded' || changed, 'it says uploaded, and there is no version'],
      [error === null || record !== null || !changed, 'it left a version and no record'],
      [error === null || error.exitCode !== 3 || !changed, 'it says that nothing was sent'],
      [error?.code !== 'INTERNAL', 'it calls it a defect of its own'],
    );
  };

probe(
  'secrets put, a new one',
  ({ secrets }) => secrets.put({ ...target, name: 'EXTRA', value: NEW }),
  secretsAreAsSaid('EXTRA', NEW),
);
probe(
  'secrets put, another value',
  ({ secrets }) => secrets.put({ ...target, name: 'API_KEY', value: NEW }),
  secretsAreAsSaid('API_KEY', NEW),
);
probe('secrets push', ({ secrets }) => secrets.push(target), secretsAreAsSaid('API_KEY', NEW));
probe(
  'secrets delete',
  ({ secrets }) => secrets.delete({ ...target, name: 'API_KEY' }),
  secretsAreAsSaid('API_KEY', null),
);
probe(
  'secrets list',
  ({ secrets }) => secrets.list(target),
  (ended) => [
    ...touchesNothing(ended),
    ...check([
      ended.result === null ||
        ended.result.secrets.some(({ name, present }) => name === 'API_KEY' && present),
      'it does not name a secret that is there',
    ]),
  ],
);

probe(
  'drift, where there is none',
  (deployer) => deployer.drift(target),
  (ended) => [
    ...touchesNothing(ended),
    ...check([
      (ended.result?.changes ?? []).length === 0,
      `it tells ${ended.result?.changes.map(({ path }) => path).join()}`,
    ]),
  ],
);
probe(
  'drift, where somebody changed a variable',
  async (deployer) => {
    await project.emulator.admin
      .editAs({ email: 'a@example.com' })
      .setVariable(ACCOUNT, 'acme', 'COLOUR', 'red');
    return deployer.drift(target);
  },
  ({ result, record }) =>
    check(
      [record === null, 'it wrote a record'],
      [result?.outcome !== 'clean', 'it says clean'],
      [
        (result?.changes ?? []).every(({ path }) => path === 'bindings.COLOUR.text'),
        `it tells ${result?.changes.map(({ path }) => path).join()}`,
      ],
    ),
);
probe(
  'plan, where there is nothing to do',
  (deployer) => deployer.plan(target),
  (ended) => [
    ...touchesNothing(ended),
    ...check(
      [ended.result?.action !== 'create', 'it would create what is there'],
      [
        (ended.result?.changes ?? []).length === 0,
        `it tells ${ended.result?.changes.map(({ path }) => path).join()}`,
      ],
    ),
  ],
);
probe(
  'status',
  (deployer) => deployer.status(target),
  (ended) => [
    ...touchesNothing(ended),
    ...check([
      ended.result === null ||
        (ended.result.exists && ended.result.deployment?.versions[0]?.versionId === ended.after.live),
      'it says that something else is live',
    ]),
  ],
);
probe(
  'versions',
  (deployer) => deployer.versions(target),
  (ended) => [
    ...touchesNothing(ended),
    ...check(
      [ended.result === null || ended.result.versions.length === versionIds.length, 'it lists others'],
      [
        ended.result === null ||
          ended.result.versions.every(
            ({ versionId, percentage }) => (percentage === 100) === (versionId === ended.after.live),
          ),
        'its traffic is wrong',
      ],
    ),
  ],
);
probe(
  'rollback',
  (deployer) => deployer.rollback(target),
  ({ result, error, before, after, record }) => {
    const moved = after.live === versionIds[0];
    const touched = after.deployments.length > before.deployments.length;
    const state = result?.endState ?? record?.endState;
    return check(
      [result === null || record?.endState === result.endState, 'the record says something else'],
      [record?.status !== 'running', 'the record says that it runs'],
      [state !== 'live' || moved, 'it says live, and it is not'],
      [state !== 'untouched' || !touched, 'it says untouched, and there is a deployment'],
      [state !== 'rolled-back' || after.live === before.live, 'it says rolled back, and it is not'],
      [result?.status !== 'deployed' || moved, 'it says deployed, and it is not'],
      [
        result === null || (result.error === null) === (result.status === 'deployed'),
        'status and error disagree',
      ],
      [error === null || !touched, 'it was refused, and something changed'],
      [error?.code !== 'INTERNAL' && result?.error?.code !== 'INTERNAL', 'it calls it a defect of its own'],
      [after.deployments.length <= before.deployments.length + 2, 'it moved traffic again and again'],
    );
  },
);
