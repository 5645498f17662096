import { bindingTarget } from '../../bindings/convert.ts';
import type { BindingTarget } from '../../bindings/binding.ts';
import { targetNoun } from '../../cloudflare/existence.ts';
import { stableJson } from '../../state/canonical.ts';
import type { PreflightOptions, Problem } from './problem.ts';

/**
 * Bindings that are new or point somewhere new must find their resource in the account. Those that are live already
 * are left to the upload, which checks them all without spending a call each.
 */
export async function checkTargets(options: PreflightOptions): Promise<readonly Problem[]> {
  const { plan, reader, account } = options;
  if (plan.upload === 'none') return [];
  const { desired, worker } = plan.release;
  const live = plan.actual.state.bindings;
  const nothingToInherit = worker.inherited
    .filter(({ name, type }) => live[name]?.type !== type)
    .map(({ name, type }) => noInheritance(name, type));
  const changed = Object.values(desired.bindings).filter(
    (binding) =>
      binding['inherited'] !== true && stableJson(binding) !== stableJson(live[binding.name] ?? null),
  );
  const targets = changed.flatMap((binding) => {
    const target = bindingTarget(binding);
    // A Worker that binds itself exists once it is uploaded.
    return target === null || (target.kind === 'worker' && target.id === worker.scriptName)
      ? []
      : [{ name: binding.name, target }];
  });
  const exists = async (target: BindingTarget): Promise<boolean> => {
    const { kind } = target;
    if (kind !== 'queue') return account.exists(reader, { ...target, kind });
    return (await account.queues(reader)).some(({ name }) => name === target.id);
  };
  const checked = await Promise.all(
    targets.map(async ({ name, target }) => ({ name, target, exists: await exists(target) })),
  );
  const missing = checked
    .filter((check) => !check.exists)
    .map(({ name, target }): Problem => ({
      code: 'RESOURCE_MISSING',
      finding: {
        severity: 'error',
        code: 'resource-missing',
        path: `bindings.${name}`,
        message: `Binding ${name} points at ${targetNoun(target.kind)} ${target.id}, which account ${reader.accountId} does not have.`,
        hint: 'Create it in this account, or correct the id or name in the wrangler file.',
      },
    }));
  return [...nothingToInherit, ...missing];
}

function noInheritance(name: string, type: string): Problem {
  return {
    code: 'RESOURCE_MISSING',
    finding: {
      severity: 'error',
      code: 'nothing-to-inherit',
      path: `bindings.${name}`,
      message: `Binding ${name} names no resource, and the live Worker has no ${type} of that name to keep.`,
      hint: 'Create the resource and write its id or name into the wrangler file; nothing is created unasked.',
    },
  };
}
