import { didYouMean } from '../../findings/did-you-mean.ts';
import type { Finding } from '../../findings/finding.ts';
import { formatPath, type DocumentPath } from '../../findings/format-path.ts';
import type { OverrideFacts } from '../../project/project-config.ts';
import { isObject, type Json } from '../../json.ts';
import type { Source } from './traced.ts';

/** What `${…}` may stand for, by name: `tenant.id`, `tenant.labels.region`, `env`, `worker`. */
export type References = ReadonlyMap<string, string>;

/** Fields of a definition that are no facts about the tenant. */
const NOT_FACTS = new Set(['$schema', 'tenantId', 'worker', 'workers', 'overrides', 'labels', 'accountId']);

/** Names everything text may refer to. */
export function referencesOf(facts: OverrideFacts): References {
  const { tenant, env, worker } = facts;
  const known = new Map<string, string>([['tenant.id', tenant.id]]);
  if (tenant.accountId !== null) known.set('tenant.accountId', tenant.accountId);
  for (const [name, label] of Object.entries(tenant.labels)) known.set(`tenant.labels.${name}`, label);
  const add = (path: string, value: Json | undefined): void => {
    if (isObject(value)) for (const [key, inner] of Object.entries(value)) add(`${path}.${key}`, inner);
    else if (['string', 'number', 'boolean'].includes(typeof value)) known.set(path, String(value));
  };
  for (const [name, value] of Object.entries(tenant.fields))
    if (!NOT_FACTS.has(name)) add(`tenant.${name}`, value);
  if (env !== null) known.set('env', env);
  known.set('worker', worker);
  return known;
}

/**
 * Puts facts in place of `${…}` in every text of a value. There is nothing else text can do: no conditions, no
 * functions. `$${` is a plain `${`.
 */
export function substitute(
  value: Json | undefined,
  references: References,
  source: Source,
): { readonly value: Json | undefined; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const walk = (item: Json | undefined, path: DocumentPath): Json | undefined => {
    if (typeof item === 'string') return replaceIn(item, path);
    if (Array.isArray(item)) return item.map((inner, index) => walk(inner, [...path, index]) ?? null);
    if (!isObject(item)) return item;
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, walk(inner, [...path, key])]));
  };
  const replaceIn = (text: string, path: DocumentPath): string => {
    if (!text.includes('${')) return text;
    return text.replaceAll(/\$\$\{|\$\{([^}]*)(\}?)/g, (whole, name: string | undefined, closed: string) => {
      if (name === undefined) return '${';
      const known = closed === '' ? undefined : references.get(name);
      if (known !== undefined) return known;
      findings.push(unknownReference({ name, closed: closed !== '' }, references, { ...source, path }));
      return whole;
    });
  };
  return { value: walk(value, source.path), findings };
}

function unknownReference(
  { name, closed }: { readonly name: string; readonly closed: boolean },
  references: References,
  { document, path }: Source,
): Finding {
  const known = [...references.keys()];
  const meant = didYouMean(name, known);
  const hint = !closed
    ? 'Close it with }, or write $${ for a plain ${.'
    : name === 'env'
      ? 'The top level has no environment; name one with --env.'
      : meant === null
        ? `References here are: ${known.join(', ')}. Logic goes into a function in cf-deploy.config.ts.`
        : `Did you mean \${${meant}}?`;
  return {
    severity: 'error',
    code: 'reference-unknown',
    path: formatPath(path),
    place: document.place(path),
    message: closed
      ? `\${${name.slice(0, 64)}} refers to nothing this tenant has.`
      : `\${${name.slice(0, 64)} is not closed.`,
    hint,
  };
}
