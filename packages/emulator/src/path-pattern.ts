/**
 * A matcher for API paths below `/client/v4`. `*` and `:name` stand for one segment, `**` for any rest; anything else
 * is literal.
 */
export function matchPath(pattern: string | RegExp, path: string): boolean {
  if (pattern instanceof RegExp) return pattern.test(path);
  const source = pattern
    .split('/')
    .map((segment) => {
      if (segment === '**') return '.*';
      if (segment === '*' || segment.startsWith(':')) return '[^/]+';
      return segment.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
    })
    .join('/');
  return new RegExp(`^${source}$`).test(path);
}
