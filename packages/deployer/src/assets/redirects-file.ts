import { ASSET_LIMITS } from './limits.ts';
import type { Json } from '../json.ts';
import { hasHost, type RuleLine, ruleLines, type RuleProblem } from './rule-problem.ts';

const STATUS_CODES = ['200', '301', '302', '303', '307', '308'];

/**
 * What is wrong with a `_redirects` file. Cloudflare refuses an upload (error 100324) for each of these.
 *
 * @param htmlHandling - the `html_handling` of the assets; `none` makes redirects to an index page harmless
 * @see https://developers.cloudflare.com/workers/static-assets/redirects/
 */
export function checkRedirects(text: string, htmlHandling: Json | undefined): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const seen = new Map<string, number>();
  let staticRules = 0;
  let dynamicRules = 0;
  for (const rule of ruleLines(text)) {
    const [source, problem] = checkRule(rule, htmlHandling);
    if (problem !== null) problems.push({ line: rule.line, message: problem });
    if (source === null) continue;
    const first = seen.get(source);
    if (first !== undefined) {
      problems.push({ line: rule.line, message: `${source} is redirected in line ${first} already.` });
      continue;
    }
    seen.set(source, rule.line);
    // After the first dynamic rule every rule counts as one, because order matters from there on.
    if (dynamicRules > 0 || isDynamic(source)) {
      dynamicRules += 1;
      if (dynamicRules === ASSET_LIMITS.dynamicRedirects + 1)
        problems.push(tooMany(rule, 'dynamicRedirects'));
    } else {
      staticRules += 1;
      if (staticRules === ASSET_LIMITS.staticRedirects + 1) problems.push(tooMany(rule, 'staticRedirects'));
    }
  }
  return problems;
}

/** The rule's source (null when it has none that counts) and what is wrong with the rule (null when nothing is). */
function checkRule({ text }: RuleLine, htmlHandling: Json | undefined): [string | null, string | null] {
  if (text.length > ASSET_LIMITS.redirectLine) {
    return [null, `The line has ${text.length} characters; the limit is ${ASSET_LIMITS.redirectLine}.`];
  }
  const tokens = text
    .replace(/\s#.*$/, '')
    .trimEnd()
    .split(/\s+/);
  const [source = '', destination = '', status = '302'] = tokens;
  if (tokens.length < 2 || tokens.length > 3) {
    return [null, `A redirect is "source destination [code]"; this line has ${tokens.length} words.`];
  }
  if (hasHost(source)) return [null, `The source ${source} must be a path, not a URL.`];
  if (!source.startsWith('/')) return [null, `The source ${source} must start with a slash.`];
  if (!hasHost(destination) && !destination.startsWith('/')) {
    return [source, `The destination ${destination} must be a path that starts with a slash, or a URL.`];
  }
  if (!STATUS_CODES.includes(status)) {
    return [source, `${status} is no redirect status; use one of ${STATUS_CODES.join(', ')}.`];
  }
  if (status === '200' && hasHost(destination)) {
    return [source, `A rewrite (200) must stay on the site; ${destination} is another host.`];
  }
  return [source, isLoop(source, destination, htmlHandling) ? loopMessage(source, destination) : null];
}

/** A path that ends in a folder, sent to that folder's index page, is asked for again without `index.html`. */
function isLoop(source: string, destination: string, htmlHandling: Json | undefined): boolean {
  if (hasHost(destination) || !/\/index(\.html)?$/.test(destination)) return false;
  return source.endsWith('/*') || (source.endsWith('/') && htmlHandling !== 'none');
}

function loopMessage(source: string, destination: string): string {
  return (
    `${source} to ${destination} is an endless loop, as index pages are served without their name. For a single-page ` +
    `app set "not_found_handling": "single-page-application" instead.`
  );
}

function isDynamic(source: string): boolean {
  return source.includes('*') || /:[A-Za-z]\w*/.test(source);
}

function tooMany({ line }: RuleLine, limit: 'staticRedirects' | 'dynamicRedirects'): RuleProblem {
  const kind = limit === 'staticRedirects' ? 'static' : 'dynamic';
  return { line, message: `There are more than ${ASSET_LIMITS[limit]} ${kind} redirects.` };
}
