import { failure } from '../../api/errors.ts';
import type { JsonObject } from '../../json.ts';

const MAX_STATIC = 2000;
const MAX_DYNAMIC = 100;
const STATUSES = new Set(['200', '301', '302', '303', '307', '308']);

/**
 * Checks the texts of `_headers` and `_redirects` in an assets config: absolute sources, loops such as
 * `/* /index.html 200`, duplicates, too many rules.
 * @throws 100324
 */
export function checkHeadersAndRedirects(config: JsonObject): void {
  for (const field of ['_headers', '_redirects']) {
    const text = config[field];
    if (text !== undefined && typeof text !== 'string')
      throw failure('badRedirects', `${field} must be a text.`);
  }
  const redirects = config['_redirects'];
  if (typeof redirects === 'string') checkRedirects(redirects);
}

function checkRedirects(text: string): void {
  const sources = new Set<string>();
  let dynamic = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const rule = line.trim();
    if (rule === '' || rule.startsWith('#')) continue;
    const [source = '', target, status = '302'] = rule.split(/\s+/);
    const refuse = (why: string): never => {
      throw failure('badRedirects', `Invalid _redirects configuration, line ${index + 1}: ${why}`);
    };
    if (target === undefined) refuse('a rule needs a source and a target.');
    if (!source.startsWith('/')) refuse('only relative sources are allowed.');
    if (!STATUSES.has(status)) refuse(`status ${status} is not allowed.`);
    if (sources.has(source)) refuse(`${source} has a rule already.`);
    if (status === '200' && source === '/*') refuse('infinite loop detected.');
    sources.add(source);
    if (source.includes('*') || source.includes(':')) dynamic += 1;
  }
  if (dynamic > MAX_DYNAMIC) throw failure('badRedirects', `More than ${MAX_DYNAMIC} dynamic redirects.`);
  if (sources.size - dynamic > MAX_STATIC)
    throw failure('badRedirects', `More than ${MAX_STATIC} static redirects.`);
}
