import { ASSET_LIMITS } from './limits.ts';
import { hasHost, type RuleLine, ruleLines, type RuleProblem } from './rule-problem.ts';

/**
 * What is wrong with a `_headers` file: paths, each followed by `Name: value` lines, or `! Name` to take a header away.
 *
 * @see https://developers.cloudflare.com/workers/static-assets/headers/
 */
export function checkHeaders(text: string): RuleProblem[] {
  const problems: RuleProblem[] = [];
  let rule: RuleLine | null = null;
  let headers = 0;
  let rules = 0;
  const closeRule = (): void => {
    if (rule !== null && headers === 0) {
      problems.push({ line: rule.line, message: `${rule.text} has no headers.` });
    }
  };
  for (const line of ruleLines(text)) {
    if (line.text.length > ASSET_LIMITS.headerLine) {
      problems.push({ line: line.line, message: tooLong(line) });
    } else if (isPath(line.text)) {
      closeRule();
      rule = line;
      headers = 0;
      rules += 1;
      if (rules === ASSET_LIMITS.headerRules + 1) {
        problems.push({ line: line.line, message: `There are more than ${ASSET_LIMITS.headerRules} rules.` });
      }
      problems.push(...pathProblems(line));
    } else {
      headers += 1;
      if (rule === null) problems.push({ line: line.line, message: 'A header must follow a path.' });
      problems.push(...headerProblems(line));
    }
  }
  closeRule();
  return problems;
}

function isPath(text: string): boolean {
  return text.startsWith('/') || /^https?:\/\//i.test(text);
}

function pathProblems({ line, text }: RuleLine): RuleProblem[] {
  if (hasHost(text) && !/^https:\/\//i.test(text)) {
    return [{ line, message: `${text} must be a path or an https URL.` }];
  }
  if ((text.match(/\*/g) ?? []).length > 1) {
    return [{ line, message: `${text} has more than one *; one is allowed.` }];
  }
  return [];
}

function headerProblems({ line, text }: RuleLine): RuleProblem[] {
  if (/^! +\S+$/.test(text)) return [];
  const colon = text.indexOf(':');
  const name = text.slice(0, colon).trim();
  if (colon < 1 || name === '')
    return [{ line, message: 'A header is "Name: value", or "! Name" to remove one.' }];
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return [{ line, message: `"${name}" is no header name.` }];
  if (text.slice(colon + 1).trim() === '') return [{ line, message: `${name} has no value.` }];
  return [];
}

function tooLong({ text }: RuleLine): string {
  return `The line has ${text.length} characters; the limit is ${ASSET_LIMITS.headerLine}.`;
}
