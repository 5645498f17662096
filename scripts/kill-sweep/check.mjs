/** Compares what is said and kept after a kill with what is there. Every check gives sentences; none is good. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recordSchema } from '@cf-deploy/deployer';
import { LOCAL_TOKEN } from '@cf-deploy/emulator';
import { whyNot } from './why-not.mjs';
import { cronOf } from './world.mjs';

/** Records of deploys on disk; `record` is null where one is torn. */
export async function readRecords(root) {
  const folder = join(root, 'deployments');
  const names = (await readdir(folder).catch(() => [])).filter(
    (name) => name.endsWith('.json') && !name.startsWith('deploy-all-'),
  );
  return Promise.all(
    names.toSorted().map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      return { name, text, record: recordSchema.safeParse(parse(text)).data ?? null };
    }),
  );
}

/** Right after the kill: whole records, one for each target that was written to, nothing left running. */
export async function checkAfter({ world, dead, recordsBefore, tenants }) {
  const records = await readRecords(world.root);
  const own = records.filter(({ name }) => !recordsBefore.includes(name));
  return [
    ...wholeRecords(records),
    ...tenants
      .filter((tenant) => dead.calls.some((call) => wrote(call, tenant)))
      .filter((tenant) => !own.some(({ record }) => record?.tenant === tenant))
      .map((tenant) => `it wrote to ${tenant} and no record says so`),
    ...dead.left.map((process) => `process ${process} is left behind`),
    ...(dead.killed || dead.code === 0 ? [] : [`it ended by itself with ${dead.code}`]),
  ];
}

/** `status` shows what is there, and that the last run was interrupted. */
export function checkStatus({ tenants, seen }, { code, document, stdout }, records) {
  const result = document?.result;
  const targets = tenants.length > 1 ? result?.results : [result];
  if (!Array.isArray(targets) || targets.length !== tenants.length || targets.includes(null)) {
    return [`status says nothing (${code}): ${stdout.slice(0, 300)}`];
  }
  return targets.flatMap((said) => {
    const there = seen.get(said.tenant);
    const live = JSON.stringify(sharesOf(said.deployment?.versions ?? []));
    const idle = there.versions.at(-1);
    const isIdle = there.shares.length > 0 && !there.shares.some(({ versionId }) => versionId === idle);
    const last = records.findLast(({ record }) => record?.tenant === said.tenant)?.record;
    const word = last?.status === 'running' ? 'interrupted' : last?.status;
    // A list of many targets does not look for versions without traffic, and says so.
    const looked = said.notLookedAt.length === 0;
    return [
      ...(said.error === null ? [] : [`${said.tenant}: ${said.error.message}`]),
      ...(said.exists === there.exists ? [] : [`${said.tenant}: exists is ${said.exists}`]),
      ...(live === JSON.stringify(sharesOf(there.shares)) ? [] : [`${said.tenant}: live is ${live}`]),
      ...(!looked || (said.undeployed?.versionId ?? null) === (isIdle ? idle : null)
        ? []
        : [`${said.tenant}: without traffic is ${JSON.stringify(said.undeployed)}`]),
      ...(said.lastRecord?.status === word
        ? []
        : [`${said.tenant}: last run is ${said.lastRecord?.status}, not ${word}`]),
    ];
  });
}

/** A release that wrote is kept, and says that it was interrupted. */
export function checkRelease({ dead, tenants, seenBefore }, { code, document, stdout }) {
  const releases = document?.result?.releases;
  if (!Array.isArray(releases)) return [`releases says nothing (${code}): ${stdout.slice(0, 300)}`];
  const before = [...seenBefore.values()].some(({ exists }) => exists) ? 1 : 0;
  const own = releases.length > before ? releases[0] : null;
  if (!tenants.some((tenant) => dead.calls.some((call) => wrote(call, tenant)))) return [];
  if (own === null) return ['it wrote and no release says so'];
  const word = dead.killed ? ['interrupted', 'done'] : ['done'];
  return word.includes(own.status) ? [] : [`the release is called ${own.status}`];
}

/** The next command says the truth of the killed one, brings all in order, and leaves no record open. */
export async function checkGoneOn(
  { world, files, tenants, seenBefore, seen, recordsBefore },
  { next, drift, seenAfter },
) {
  const records = await readRecords(world.root);
  const single = next.document?.result;
  const said = (single?.results ?? [single]).flatMap((result) => result?.interrupted ?? []);
  return [
    ...(next.code === 0 ? [] : [`${next.words} ended with ${next.code}`]),
    ...(drift.code === 0 ? [] : [`drift ended with ${drift.code}: ${drift.stdout.slice(0, 600)}`]),
    ...[...next.left, ...drift.left].map((process) => `process ${process} is left behind`),
    ...wholeRecords(records),
    ...tenants.flatMap((tenant) => asWanted(seenAfter.get(tenant), files, tenant)),
    ...records.flatMap(({ name, record }) =>
      record?.status === 'running' ? [`record ${name} still says running`] : [],
    ),
    ...records.flatMap(({ name, record }) => {
      if (record?.status !== 'interrupted' || recordsBefore.includes(name)) return [];
      const run = said.find(({ path }) => path.endsWith(name));
      const facts = { record, files, before: seenBefore.get(record.tenant), after: seen.get(record.tenant) };
      const why = whyNot(facts, record.endState);
      return [
        ...(why === null ? [] : [`${name} says ${record.endState}, but ${why}`]),
        ...(run === undefined ? [`nobody was told of ${name}`] : []),
        ...(run === undefined || run.endState === record.endState
          ? []
          : [`${name} is told as ${run.endState}`]),
      ];
    }),
  ];
}

function asWanted(there, files, tenant) {
  const right =
    there.revision === String(files) &&
    there.shares.length === 1 &&
    there.crons.join() === cronOf(files) &&
    there.logpush === (files % 2 === 0);
  return right ? [] : [`${tenant} is ${JSON.stringify(there)}`];
}

function wholeRecords(records) {
  return records.flatMap(({ name, text, record }) => [
    ...(record === null ? [`record ${name} is torn`] : []),
    ...(text.includes(LOCAL_TOKEN) ? [`a token is in ${name}`] : []),
  ]);
}

/** Whether the call changed something of that Worker. */
export function wrote({ method, path, status }, tenant) {
  return (
    method !== 'GET' && status !== null && status < 300 && new RegExp(`/scripts/${tenant}([/?]|$)`).test(path)
  );
}

function sharesOf(versions) {
  return versions
    .filter(({ percentage }) => percentage > 0)
    .map(({ versionId, percentage }) => `${versionId} ${percentage}`)
    .toSorted();
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
