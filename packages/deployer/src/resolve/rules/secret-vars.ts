import { looksLikeSecretVariable } from '../../security/secret-fields.ts';
import type { JsonObject } from '../../json.ts';
import { at, type Rule } from './rule.ts';

/** Variables are readable by everyone with access to the account or the repository; secrets do not belong there. */
export const secretVars: Rule = {
  name: 'secret-in-vars',
  check: (facts) =>
    Object.entries((facts.config.values['vars'] ?? {}) as JsonObject)
      .filter(([name, value]) => looksLikeSecretVariable(name, value))
      .map(([name]) =>
        at(facts, ['vars', name], {
          what: 'key',
          severity: 'warning',
          code: 'secret-in-vars',
          message: `The variable ${name} looks like a secret, and variables are not secret.`,
          hint: `Remove it from \`vars\`, add "${name}" to \`secrets.required\`, and put the value with \`cf-deploy secrets put ${name}\`. If it was committed, replace it.`,
        }),
      ),
};
