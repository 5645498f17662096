import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bindingKind } from '../../../emulator/src/bindings/registry.ts';
import { bindingsFromConfig } from '../../src/bindings/convert.ts';
import { BINDINGS } from '../../src/bindings/registry.ts';
import type { WorkerBinding } from '../../src/bindings/binding.ts';
import type { Json, JsonObject } from '../../src/json.ts';
import { halves, numbered, rounds } from './rounds.ts';
import { openScene, type Scene } from './scene.ts';
import { leavesOf, varied, withValue, type Path } from './varied.ts';
import { BASE, BOUND, joinedSections, sectionsOf, type Bound } from './whole-worker.ts';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

const fileOf = (bounds: readonly Bound[]): JsonObject => ({ ...BASE, ...sectionsOf(bounds) });
const storedOf = ({ name }: Bound): JsonObject | undefined =>
  scene.dashboard.stored().bindings.find((binding) => binding['name'] === name);
const storedOfAll = (bounds: readonly Bound[]): readonly (JsonObject | undefined)[] => bounds.map(storedOf);
const pathsOf = (bounds: readonly Bound[]): readonly string[] =>
  bounds.map(({ name }) => `bindings.${name}`).toSorted();

const goesUp = (from: JsonObject): readonly WorkerBinding[] =>
  bindingsFromConfig(from, { scriptName: 'acme', environment: null, compatibilityDate: '2026-02-01' }).map(
    ({ binding }) => binding,
  );

interface OfBound {
  readonly bound: Bound;
}
/** A section of one value has room for one binding. */
const excludes = ({ bound: one }: OfBound, { bound: other }: OfBound): boolean => {
  if (one === other) return true;
  if (one.section !== other.section) return false;
  const names = goesUp(sectionsOf([one, other])).map(({ name }) => name);
  return !names.includes(one.name) || !names.includes(other.name);
};

const boundsOf = (items: readonly OfBound[]): readonly Bound[] => items.map(({ bound }) => bound);
const EACH = numbered(
  rounds(
    BOUND.map((bound) => ({ bound })),
    excludes,
  ).map(boundsOf),
);

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

const LIVE = numbered(rounds(BOUND.flatMap(liveEdits), excludes));

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

describe('somebody edits bindings through the API', () => {
  test.each(LIVE)('a field of each, %i: named, put back, clean', async (_round, edits) => {
    const bounds = boundsOf(edits);
    await scene.deployed(fileOf(bounds));
    const before = storedOfAll(bounds);
    const edited = new Map(edits.map(({ bound, to }) => [bound.name, to]));
    await scene.dashboard.bindings((all) => all.map((one) => edited.get(one.name) ?? one));
    for (const [index, { bound, what }] of edits.entries())
      expect(storedOf(bound), `the API took that somebody ${what} of ${bound.name}`).not.toEqual(
        before[index],
      );
    const looked = await scene.look();
    expect(looked.paths.toSorted()).toEqual(
      edits.map(({ bound, field }) => `bindings.${bound.name}.${field}`).toSorted(),
    );
    await scene.settle(looked);
    expect(storedOfAll(bounds)).toEqual(before);
  });

  test.each(EACH)('each removed, %i: put back', async (_round, bounds) => {
    await scene.deployed(fileOf(bounds));
    const before = storedOfAll(bounds);
    const names = new Set(bounds.map(({ name }) => name));
    await scene.dashboard.bindings((all) => all.filter(({ name }) => !names.has(name)));
    const looked = await scene.look();
    expect(looked.paths.toSorted()).toEqual(pathsOf(bounds));
    await scene.settle(looked);
    expect(storedOfAll(bounds)).toEqual(before);
  });

  test.each(EACH)('each added, %i: taken away', async (_round, bounds) => {
    await scene.deployed(BASE);
    await scene.dashboard.bindings((all) => [...all, ...bounds.map(({ uploaded }) => uploaded)]);
    const looked = await scene.look();
    expect(looked.paths.toSorted()).toEqual(pathsOf(bounds));
    await scene.settle(looked);
    expect(storedOfAll(bounds)).toEqual(bounds.map(() => undefined));
  });
});

/** One edit of the file. */
interface FileEdit {
  readonly bound: Bound;
  readonly what: string;
  readonly at: Path;
  readonly next: Json | undefined;
}

const FILE_EDITS: readonly FileEdit[] = BOUND.flatMap((bound) =>
  leavesOf(sectionsOf([bound])).flatMap(([at, leaf]): readonly FileEdit[] => {
    if (leaf === bound.name) return [];
    const key = String(at.findLast((step) => typeof step === 'string'));
    const what = `${at.join('.')} of ${bound.name}`;
    return [
      { bound, what: `${what} changed`, at, next: varied(leaf, key) },
      { bound, what: `${what} removed`, at, next: undefined },
    ];
  }),
);
const edited = ({ bound, at, next }: FileEdit): JsonObject =>
  withValue(sectionsOf([bound]), at, next) as JsonObject;

describe('the files change bindings', () => {
  test.each(EACH)('each added and removed, %i', async (_round, bounds) => {
    await scene.deployed(BASE);
    await scene.write(fileOf(bounds));
    const added = await scene.look();
    expect(added.paths.toSorted()).toEqual(pathsOf(bounds));
    await scene.settle(added);
    expect(storedOfAll(bounds)).not.toContain(undefined);
    await scene.write(BASE);
    const removed = await scene.look();
    expect(removed.paths.toSorted()).toEqual(pathsOf(bounds));
    await scene.settle(removed);
    expect(storedOfAll(bounds)).toEqual(bounds.map(() => undefined));
  });

  test.each(numbered(rounds(FILE_EDITS, excludes)))('a field of each, %i', async (_round, edits) => {
    const taken: FileEdit[] = [];
    for (const edit of edits) {
      // What is refused is refused for itself: its neighbours must not suffer.
      if (!(await scene.isInvalid({ ...BASE, ...edited(edit) }))) taken.push(edit);
    }
    await seeFileEdits(taken);
  });
});

/** What goes up decides: the same is no difference, another is one of this binding or of the digest over all of it. */
async function seeFileEdits(edits: readonly FileEdit[]): Promise<void> {
  if (edits.length === 0) return;
  await scene.deployed(fileOf(boundsOf(edits)));
  const sections = joinedSections(edits.map(edited));
  await scene.write({ ...BASE, ...sections });
  const looked = await scene.lookUnlessRefused();
  if (looked === null) {
    for (const half of halves(edits)) await seeFileEdits(half);
    return;
  }
  const named = edits.map(({ bound: { name } }) =>
    looked.paths.filter((path) => path === `bindings.${name}` || path.startsWith(`bindings.${name}.`)),
  );
  const isTold = (_edit: FileEdit, index: number): boolean => (named[index]?.length ?? 0) > 0;
  const changes = (edit: FileEdit): boolean =>
    JSON.stringify(goesUp(edited(edit))) !== JSON.stringify(goesUp(sectionsOf([edit.bound])));
  const untold = edits.filter((edit) => !edits.filter(isTold).includes(edit));
  expect(
    edits
      .filter(isTold)
      .filter((edit) => !changes(edit))
      .map(({ what }) => what),
    'told, and nothing else goes up',
  ).toEqual([]);
  // The digest over all of it is told only where nothing else is.
  const byDigest = untold.filter(changes);
  const others = named.flat().toSorted();
  const paths = others.length === 0 && byDigest.length > 0 ? ['config'] : others;
  const what = edits.map((edit) => edit.what);
  expect({ what, paths: looked.paths.toSorted() }).toEqual({ what, paths });
  await scene.settle(looked);
  expect(scene.dashboard.stored().bindings).toEqual(
    expect.arrayContaining(
      goesUp(sections)
        .filter(({ type }) => type !== 'inherit')
        .map((binding) => expect.objectContaining(binding) as object),
    ),
  );
  if (edits.length > 1) for (const edit of byDigest) await seeFileEdits([edit]);
}
