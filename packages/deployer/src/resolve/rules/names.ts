import type { Finding } from '../../findings/finding.ts';
import { SCRIPT_NAME } from '../../shapes/primitives.ts';
import { hasField } from '../../json.ts';
import { at, type Rule, type RuleFacts } from './rule.ts';

/** A DNS label: the script name is the first part of its workers.dev host. Source: RFC 1035, section 2.3.4. */
const LONGEST_HOST_LABEL = 63;

/** The Worker has a name, and the name with the environment's suffix is one that Cloudflare takes. */
export const names: Rule = {
  name: 'worker-name',
  check: (facts) => {
    const { scriptName } = facts;
    if (scriptName === null) return nameMissing(facts);
    const findings: Finding[] = [];
    if (!SCRIPT_NAME.test(scriptName)) {
      findings.push(
        at(facts, ['name'], {
          severity: 'error',
          code: 'invalid-name',
          message: `The Worker would be called "${scriptName}", which is not a name Cloudflare takes.`,
          hint: 'Give the environment a `name` of lower-case letters, digits, dashes and underscores.',
        }),
      );
    }
    if (scriptName.length > LONGEST_HOST_LABEL) {
      findings.push(
        at(facts, ['name'], {
          severity: 'error',
          code: 'invalid-name',
          message: `The Worker's name "${scriptName}" has ${scriptName.length} characters; ${LONGEST_HOST_LABEL} are allowed.`,
          hint: 'Give it a shorter `name`.',
        }),
      );
    }
    const pattern = facts.project.workerName;
    if (pattern !== undefined && scriptName.search(pattern) === -1) {
      findings.push(
        at(facts, ['name'], {
          severity: 'error',
          code: 'naming-rule',
          message: `The Worker's name "${scriptName}" does not match ${String(pattern)}, the project's rule.`,
          hint: 'Rename the Worker, or change `workerName` in cf-deploy.config.ts.',
        }),
      );
    }
    return findings;
  },
};

function nameMissing(facts: RuleFacts): readonly Finding[] {
  // A name that is there and wrong has its own finding.
  if (hasField(facts.worker.value, 'name')) return [];
  return [
    at(facts, [], {
      severity: 'error',
      code: 'missing-field',
      message: 'The Worker has no `name`.',
      hint: 'Add "name": "my-worker".',
    }),
  ];
}
