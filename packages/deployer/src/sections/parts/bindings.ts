import type { WorkerBinding } from '../../bindings/binding.ts';
import { describeBinding, normaliseBinding } from '../../bindings/convert.ts';
import { checkTargets } from './binding-targets.ts';
import { toFields } from '../canonical.ts';
import { compareEntries, type Entries } from '../compare.ts';
import type { PreflightOptions, Problem } from '../problem.ts';
import { problem } from '../problem.ts';
import { always, defineSection, known, type CompareRules } from '../section.ts';

/** Bindings by name, in comparable form. An upload replaces them all; with `keep_vars`, variables of others stay. */
export const bindings = defineSection<Entries>({
  carrier: 'upload',
  desired: ({ worker }) => ({
    ...bindingEntries(worker.bindings, worker.scriptName),
    // One that names no resource keeps what the live Worker has under its name; only its kind is compared.
    ...Object.fromEntries(
      worker.inherited.map(({ name, type }) => [name, { type, name, inherited: true }] as const),
    ),
  }),
  absent: {},
  read: async (live) =>
    known(bindingEntries((await live.versioned())?.bindings ?? [], live.worker.scriptName)),
  compare: (desired, actual, rules) => compareEntries(desired, comparable(desired, actual, rules)),
  owns: always,
  preflight: async (options) => [...checkReplacedSecrets(options), ...(await checkTargets(options))],
});

/** Secrets are compared by name, `inherit` says nothing of its own, and parts of a service-worker script are its code. */
const UNCOMPARED: ReadonlySet<string> = new Set([
  'secret_text',
  'secret_key',
  'inherit',
  'wasm_module',
  'text_blob',
  'data_blob',
]);

/** Bindings in comparable form, by name. */
function bindingEntries(all: readonly WorkerBinding[], scriptName: string): Entries {
  return Object.fromEntries(
    all
      .filter(({ type }) => !UNCOMPARED.has(type))
      .map((binding) => [binding.name, toFields(normaliseBinding(binding, { scriptName }))] as const),
  );
}

/** The live bindings as far as the files have a say: inherited ones are whatever is there, if it is of that kind. */
function comparable(desired: Entries, actual: Entries, { keepVars }: CompareRules): Entries {
  return Object.fromEntries(
    Object.entries(actual).flatMap(([name, binding]) => {
      const wanted = Object.hasOwn(desired, name) ? desired[name] : undefined;
      if (wanted === undefined) {
        const kept = keepVars && (binding['type'] === 'plain_text' || binding['type'] === 'json');
        return kept ? [] : [[name, binding]];
      }
      return [[name, wanted['inherited'] === true && wanted['type'] === binding['type'] ? wanted : binding]];
    }),
  );
}

/**
 * Bindings that would take the place of a live secret: its value would be lost for good. wrangler warns in a terminal and
 * replaces it in CI.
 */
function checkReplacedSecrets({ worker, live }: PreflightOptions): readonly Problem[] {
  const secrets = live.state.secrets.known ? live.state.secrets.value : [];
  return worker.bindings
    .filter(({ name, type }) => type !== 'inherit' && secrets.includes(name))
    .map((binding) =>
      problem('CONFIG_INVALID', {
        rule: 'replaces-secret',
        path: `bindings.${binding.name}`,
        message: `${binding.name} is a secret of the live Worker; the file has a ${describeBinding(binding).toLowerCase()} of that name, which would replace it for good.`,
        hint: `Rename the one in the file, or remove the secret first: cf-deploy secrets delete ${binding.name}.`,
      }),
    );
}
