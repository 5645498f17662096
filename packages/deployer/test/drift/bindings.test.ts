import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bindingKind } from '../../../emulator/src/bindings/registry.ts';
import { bindingsFromConfig } from '../../src/bindings/convert.ts';
import { BINDINGS } from '../../src/bindings/registry.ts';
import type { WorkerBinding } from '../../src/bindings/binding.ts';
import type { Json, JsonObject } from '../../src/json.ts';
import { openScene, type Scene } from './scene.ts';
import { leavesOf, varied, withValue, type Path } from './varied.ts';
import { BASE, BOUND, sectionsOf, type Bound } from './whole-worker.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

const fileOf = (bound: Bound): JsonObject => ({ ...BASE, ...sectionsOf([bound]) });
const storedOf = ({ name }: Bound): JsonObject | undefined =>
  scene.dashboard.stored().bindings.find((binding) => binding['name'] === name);

/** What an optional field of the API may say, where the row does not. */
const SAMPLES: Readonly<Record<string, Json>> = {
  environment: 'staging',
  entrypoint: 'Entry',
  namespace: 'other',
  script_name: 'other',
  allowed_destination_addresses: ['a@example.com'],
  allowed_sender_addresses: ['a@example.com'],
  destination_address: 'd@example.com',
  outbound: { worker: { service: 'other' } },
  mitigation_timeout: 60,
};

/** Fields that the API has and nobody can put there: alternatives of those the row has, and what only dispatch has. */
const NEVER_BOTH: ReadonlySet<string> = new Set([
  'namespace_id',
  'tunnel_id',
  'network_id',
  'identity',
  'dispatch_namespace',
  'database_id',
  'pipeline',
  'jurisdiction',
  'dataset',
]);

/** Names under which a difference is told, where the API has two for one thing. */
const TOLD_AS: Readonly<Record<string, string>> = { stream: 'pipeline', script_name: 'script_name' };

interface Edit {
  readonly bound: Bound;
  readonly what: string;
  readonly to: WorkerBinding;
  /** Field that drift names. */
  readonly field: string;
}

/** Every field that the API gives back of a kind: changed where the row has it, added where it does not. */
function liveEdits(bound: Bound): readonly Edit[] {
  const { uploaded } = bound;
  const fields = Object.entries(bindingKind(uploaded.type)?.fields ?? {}).filter(
    ([, { returned }]) => returned,
  );
  return fields.flatMap(([field]): readonly Edit[] => {
    const value = uploaded[field];
    const told = uploaded.type === 'pipelines' ? (TOLD_AS[field] ?? field) : field;
    if (value === undefined) {
      const sample = SAMPLES[field];
      if (NEVER_BOTH.has(field) || isExcluded(uploaded, field)) return [];
      expect(sample, `say in SAMPLES what ${field} of ${uploaded.type} may be`).toBeDefined();
      return [{ bound, what: `adds ${field}`, to: { ...uploaded, [field]: sample ?? null }, field: told }];
    }
    const changed = leavesOf(value).map(([at, leaf]): Edit => {
      const key = String(at.findLast((step) => typeof step === 'string') ?? field);
      const next = withValue(value, at, varied(leaf, key));
      return {
        bound,
        what: `changes ${[field, ...at].join('.')}`,
        to: { ...uploaded, [field]: next },
        field: told,
      };
    });
    const more: readonly Edit[] =
      field === 'simple'
        ? [
            {
              bound,
              what: 'adds simple.mitigation_timeout',
              to: { ...uploaded, simple: { ...(value as JsonObject), mitigation_timeout: 60 } },
              field,
            },
          ]
        : [];
    return [...changed, ...more];
  });
}

/** One address list excludes the other, and an own class has no environment. */
function isExcluded(uploaded: WorkerBinding, field: string): boolean {
  if (uploaded.type === 'send_email') return !Object.hasOwn(uploaded, field);
  if (uploaded.type === 'durable_object_namespace') return true;
  return uploaded.type === 'k2' && field === 'namespace';
}

const LIVE = BOUND.flatMap((bound) =>
  liveEdits(bound).map((edit) => [`${bound.name} ${edit.what}`, edit] as const),
);

test('every kind of binding has a row', () => {
  const rows = new Set(BOUND.map(({ uploaded }) => uploaded.type));
  const without = [
    'inherit',
    'assets',
    'workflow',
    'unsafe',
    'secret_text',
    'messaging',
    'wasm_module',
    'text_blob',
    'data_blob',
  ];
  expect(
    Object.keys(BINDINGS)
      .filter((type) => !rows.has(type))
      .toSorted(),
  ).toEqual(without.toSorted());
});

describe('somebody edits a binding through the API', () => {
  test.each(LIVE)('%s: named, put back, clean', async (_what, { bound, to, field }) => {
    await scene.deployed(fileOf(bound));
    const before = storedOf(bound);
    await scene.dashboard.bindings((all) => all.map((one) => (one.name === bound.name ? to : one)));
    expect(storedOf(bound), 'the API took it').not.toEqual(before);
    const looked = await scene.look();
    expect(looked.paths).toEqual([`bindings.${bound.name}.${field}`]);
    await scene.settle(looked);
    expect(storedOf(bound)).toEqual(before);
  });

  test.each(BOUND.map((bound) => [bound.name, bound] as const))(
    '%s removed: put back',
    async (_name, bound) => {
      await scene.deployed(fileOf(bound));
      const before = storedOf(bound);
      await scene.dashboard.bindings((all) => all.filter(({ name }) => name !== bound.name));
      const looked = await scene.look();
      expect(looked.paths).toEqual([`bindings.${bound.name}`]);
      await scene.settle(looked);
      expect(storedOf(bound)).toEqual(before);
    },
  );

  test.each(BOUND.map((bound) => [bound.name, bound] as const))(
    '%s added: taken away',
    async (_name, bound) => {
      await scene.deployed(BASE);
      await scene.dashboard.bindings((all) => [...all, bound.uploaded]);
      const looked = await scene.look();
      expect(looked.paths).toEqual([`bindings.${bound.name}`]);
      await scene.settle(looked);
      expect(storedOf(bound)).toBeUndefined();
    },
  );
});

describe('the files change a binding', () => {
  test.each(BOUND.map((bound) => [bound.name, bound] as const))(
    '%s added and removed',
    async (_name, bound) => {
      await scene.deployed(BASE);
      await scene.write(fileOf(bound));
      const added = await scene.look();
      expect(added.paths).toEqual([`bindings.${bound.name}`]);
      await scene.settle(added);
      expect(storedOf(bound)).toBeDefined();
      await scene.write(BASE);
      const removed = await scene.look();
      expect(removed.paths).toEqual([`bindings.${bound.name}`]);
      await scene.settle(removed);
      expect(storedOf(bound)).toBeUndefined();
    },
  );

  const edits = BOUND.flatMap((bound) =>
    leavesOf(sectionsOf([bound])).flatMap(([at, leaf]) => {
      const key = String(at.findLast((step) => typeof step === 'string'));
      if (leaf === bound.name) return [];
      return [
        [`${at.join('.')} of ${bound.name} changed`, bound, at, varied(leaf, key)] as const,
        [`${at.join('.')} of ${bound.name} removed`, bound, at, undefined] as const,
      ];
    }),
  );
  test.each(edits)('%s', async (_what, bound, at, next) => {
    await seeFileEdit(bound, at, next);
  });
});

/** What goes up decides: the same is no difference, another is one of this binding or of the digest over all of it. */
async function seeFileEdit(bound: Bound, at: Path, next: Json | undefined): Promise<void> {
  await scene.deployed(fileOf(bound));
  const sections = withValue(sectionsOf([bound]), at, next) as JsonObject;
  await scene.write({ ...BASE, ...sections });
  const looked = await scene.lookUnlessRefused();
  if (looked === null) return;
  const goesUp = (from: JsonObject): readonly WorkerBinding[] =>
    bindingsFromConfig(from, { scriptName: 'acme', environment: null, compatibilityDate: '2026-02-01' }).map(
      ({ binding }) => binding,
    );
  const same = JSON.stringify(goesUp(sections)) === JSON.stringify(goesUp(sectionsOf([bound])));
  const named = looked.paths.filter((path) => path === 'config' || path.startsWith('bindings.'));
  expect(named.length > 0, `told: ${JSON.stringify(looked.paths)}`).toBe(!same);
  expect(looked.paths).toEqual(named);
  await scene.settle(looked);
  const stored = scene.dashboard.stored().bindings;
  const wanted = goesUp(sections).filter(({ type }) => type !== 'inherit');
  expect(stored).toEqual(
    expect.arrayContaining(wanted.map((binding) => expect.objectContaining(binding) as object)),
  );
}
