import type { z } from 'zod';
import type { Finding } from '../findings/finding.ts';
import type { BindingModule, WorkerBinding } from './binding.ts';

/**
 * Declares a kind of binding whose section has this schema. The registry holds kinds of many sections side by side, so
 * the section's type is forgotten here: `fromConfig` and `check` are only ever called with a value the schema accepted.
 */
export function defineBinding<Schema extends z.ZodType>(
  module: Omit<BindingModule<z.output<Schema>>, 'schema'> & { readonly schema: Schema },
): BindingModule {
  return module as unknown as BindingModule;
}

/** A binding's normal form: type, name and the named fields that are set; everything else is the server's business. */
export function keep(binding: WorkerBinding, fields: readonly string[]): WorkerBinding {
  const kept = fields.flatMap((field) =>
    binding[field] === undefined ? [] : [[field, binding[field]] as const],
  );
  return { type: binding.type, name: binding.name, ...Object.fromEntries(kept) };
}

/**
 * Warns about an id that does not have the form Cloudflare gives such ids. A warning, as wrangler sends it unseen: the
 * look-up before the upload decides.
 *
 * @param at path of the field relative to the section: `[0].id`
 */
export function malformedId(
  value: string | undefined,
  at: string,
  expected: { readonly pattern: RegExp; readonly form: string; readonly list: string },
): readonly Finding[] {
  if (value === undefined || expected.pattern.test(value)) return [];
  return [
    {
      severity: 'warning',
      code: 'malformed-id',
      path: at,
      message: `is not ${expected.form}, so Cloudflare will not find it.`,
      hint: `Put the real id here; \`${expected.list}\` lists them.`,
    },
  ];
}
