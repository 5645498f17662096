import type { BindingTarget } from '../../bindings/binding.ts';
import { bindingTarget, normaliseBinding } from '../../bindings/convert.ts';
import { targetNoun } from '../../cloudflare/existence.ts';
import { getEntrypoints } from '../../cloudflare/scripts.ts';
import { stableJson } from '../canonical.ts';
import { problem, type PreflightOptions, type Problem } from '../problem.ts';

/**
 * Bindings that are new or point somewhere new must find their resource in the account. Those that are live already
 * are left to the upload, which checks them all without spending a call each.
 */
export async function checkTargets(options: PreflightOptions): Promise<readonly Problem[]> {
  const { worker, live, reader } = options;
  if (!options.uploads) return [];
  const there = live.state.bindings.known ? live.state.bindings.value : {};
  const nothingToInherit = worker.inherited
    .filter(({ name, type }) => there[name]?.['type'] !== type)
    .map(({ name, type }) => noInheritance(name, type));
  const targets = worker.bindings.flatMap((binding) => {
    const wanted = normaliseBinding(binding, worker);
    const target = stableJson(wanted) === stableJson(there[binding.name]) ? null : bindingTarget(wanted);
    // A Worker that binds itself exists once it is uploaded.
    if (target === null || (target.kind === 'worker' && target.id === worker.scriptName)) return [];
    return [{ name: binding.name, target, entrypoint: wanted['entrypoint'] }];
  });
  const missing = await Promise.all(
    targets.map(async ({ name, target, entrypoint }) => {
      if (!(await targetExists(options, target))) return [noTarget(name, target, reader.accountId)];
      return typeof entrypoint === 'string' ? checkEntrypoint(options, name, [target.id, entrypoint]) : [];
    }),
  );
  return [...nothingToInherit, ...missing.flat()];
}

async function targetExists({ account, reader }: PreflightOptions, target: BindingTarget): Promise<boolean> {
  const { kind } = target;
  if (kind !== 'queue') return account.exists(reader, { ...target, kind });
  return (await account.queues(reader)).some(({ name }) => name === target.id);
}

/** Cloudflare looks for the entrypoint when the Worker is called, so a wrong one would be live. */
async function checkEntrypoint(
  { reader }: PreflightOptions,
  name: string,
  [service, entrypoint]: readonly [service: string, entrypoint: string],
): Promise<readonly Problem[]> {
  const exported = await getEntrypoints(reader, service);
  if (exported === null || exported.includes(entrypoint)) return [];
  return [
    problem('RESOURCE_MISSING', {
      rule: 'entrypoint-missing',
      path: `bindings.${name}`,
      message: `Binding ${name} wants entrypoint ${entrypoint} of Worker ${service}, which exports ${exported.join(', ') || 'none by name'}.`,
      hint: `Deploy ${service} with that class first, or correct the name.`,
    }),
  ];
}

function noTarget(name: string, target: BindingTarget, accountId: string): Problem {
  return problem('RESOURCE_MISSING', {
    rule: 'resource-missing',
    path: `bindings.${name}`,
    message: `Binding ${name} points at ${targetNoun(target.kind)} ${target.id}, which account ${accountId} does not have.`,
    hint: 'Create it in this account, or correct the id or name in the wrangler file.',
  });
}

function noInheritance(name: string, type: string): Problem {
  return problem('RESOURCE_MISSING', {
    rule: 'nothing-to-inherit',
    path: `bindings.${name}`,
    message: `Binding ${name} names no resource, and the live Worker has no ${type} of that name to keep.`,
    hint: 'Create the resource and write its id or name into the wrangler file; nothing is created unasked.',
  });
}
