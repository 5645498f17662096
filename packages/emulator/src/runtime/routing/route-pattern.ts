/**
 * Whether a route pattern (`*.example.com/api/*`, optionally with a scheme) takes a URL. A `*` may stand at the start of
 * the host and at the end of the path; the query belongs to the path. Source: docs, "Routes", matching behavior.
 */
export function routeMatches(pattern: string, url: URL): boolean {
  const { scheme, host, path } = parse(pattern);
  if (scheme !== null && `${scheme}:` !== url.protocol) return false;
  const hostMatches = host.startsWith('*') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host;
  const target = url.pathname + url.search;
  return hostMatches && (path.endsWith('*') ? target.startsWith(path.slice(0, -1)) : target === path);
}

/**
 * Orders patterns that take the same URL, most specific first: exact host before wildcard host, longer host, longer
 * path; of `/a/*` and `/a*` the second one (docs, "Known issues": route specificity).
 */
export function moreSpecific(one: string, other: string): number {
  const [left, right] = [parse(one), parse(other)];
  return (
    Number(left.host.startsWith('*')) - Number(right.host.startsWith('*')) ||
    right.host.length - left.host.length ||
    Number(left.path.endsWith('*')) - Number(right.path.endsWith('*')) ||
    stem(right.path).length - stem(left.path).length ||
    left.path.length - right.path.length
  );
}

function parse(pattern: string): { scheme: string | null; host: string; path: string } {
  const [, scheme = null, rest = ''] = /^(?:(https?):\/\/)?(.*)$/s.exec(pattern) ?? [];
  const slash = rest.indexOf('/');
  return {
    scheme,
    host: (slash === -1 ? rest : rest.slice(0, slash)).toLowerCase(),
    path: slash === -1 ? '/' : rest.slice(slash),
  };
}

function stem(path: string): string {
  return path.replace(/\/?\*$/, '');
}
