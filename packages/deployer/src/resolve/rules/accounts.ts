import type { Finding } from '../../findings/finding.ts';
import { at, type Rule } from './rule.ts';

/** The two files name one account, and it is one the project may deploy to. */
export const accounts: Rule = {
  name: 'account',
  check: (facts) => {
    const accountId = facts.tenant?.accountId;
    // '': the only account of the token, which is asked later.
    if (accountId === undefined || accountId === '') return [];
    const findings: Finding[] = [];
    const written = facts.config.fields.account_id;
    const tenantPlace = facts.tenantFile.place(['accountId']);
    if (written !== undefined && written.toLowerCase() !== accountId.toLowerCase()) {
      findings.push(
        at(facts, ['account_id'], {
          severity: 'error',
          code: 'account-mismatch',
          message: `\`account_id\` is ${written} here, but \`accountId\` in ${tenantPlace.file}:${tenantPlace.line} is ${accountId}.`,
          hint: 'Decide which account the tenant lives in, and write it in both files, or only in tenant.config.json.',
        }),
      );
    }
    const allowed = facts.project.allowedAccounts;
    if (allowed !== undefined && !allowed.some((id) => id.toLowerCase() === accountId.toLowerCase())) {
      findings.push({
        severity: 'error',
        code: 'account-not-allowed',
        path: 'accountId',
        place: tenantPlace,
        message: `The account ${accountId} is not among the project's \`allowedAccounts\`.`,
        hint: 'Correct the id, or add it to cf-deploy.config.ts.',
      });
    }
    return findings;
  },
};
