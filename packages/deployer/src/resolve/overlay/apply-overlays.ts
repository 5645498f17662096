import type { SourceDocument } from '../../documents/source-document.ts';
import { didYouMean } from '../../findings/did-you-mean.ts';
import type { Finding } from '../../findings/finding.ts';
import { formatPath } from '../../findings/format-path.ts';
import type { OverrideFacts, Overrides } from '../../project/project-config.ts';
import type { Overlay } from '../../tenants/loaded-tenant.ts';
import { WORKER_FIELDS } from '../schema/worker-fields.ts';
import { mergeField, type MergeContext } from './merge.ts';
import { nameField } from './named-lists.ts';
import { type References, referencesOf, substitute } from './references.ts';
import { isObject, type Json, type JsonObject } from '../../json.ts';
import { part, type Source, type Traced, tracedDocument, withPart } from './traced.ts';

/** A shared Worker's file with everything in it that differs for one tenant in one environment. */
export interface Composed {
  readonly document: SourceDocument;
  readonly findings: readonly Finding[];
}

/**
 * Puts overlays over a Worker's wrangler file, weakest first. What is said for all environments goes to the top level
 * and to the environment, wherever that has it; `env.<name>` goes to that environment alone. Pure but for the project's
 * own function.
 *
 * @param environment section of the file that is being resolved; null: the top level
 */
export function applyOverlays(
  base: SourceDocument,
  overlays: readonly Overlay[],
  { environment, facts }: { readonly environment: string | null; readonly facts: OverrideFacts },
): Composed {
  const findings: Finding[] = [];
  const references = referencesOf(facts);
  let root: Traced = { value: base.value, source: { layer: 'base', document: base, path: [] } };
  for (const overlay of overlays) {
    const { document, path, layer } = overlay;
    const source: Source = { document, path, layer };
    const given = overridesOf(overlay, facts, findings);
    if (given === null) continue;
    const value = withFacts(given, { references, source, findings });
    root = applyOne(root, { value, source }, { base, environment, findings });
  }
  return { document: tracedDocument(root), findings };
}

/** Puts facts in place of references; in `env.<name>`, `\${env}` is that name. */
function withFacts(
  overrides: Overrides,
  {
    references,
    source,
    findings,
  }: { readonly references: References; readonly source: Source; readonly findings: Finding[] },
): Overrides {
  const replace = (value: Json | undefined, known: References, at: Source): Json | undefined => {
    const replaced = substitute(value, known, at);
    findings.push(...replaced.findings);
    return replaced.value;
  };
  const { env, ...all } = overrides;
  const fields = replace(all, references, source) as Overrides;
  if (!isObject(env)) return env === undefined ? fields : { ...fields, env };
  const environments = Object.entries(env).map(([name, value]) => [
    name,
    replace(value, new Map([...references, ['env', name]]), {
      ...source,
      path: [...source.path, 'env', name],
    }),
  ]);
  return { ...fields, env: Object.fromEntries(environments) as JsonObject };
}

function overridesOf(overlay: Overlay, facts: OverrideFacts, findings: Finding[]): Overrides | null {
  const { overrides, document, path } = overlay;
  if (typeof overrides !== 'function') return overrides;
  const wrong = (what: string): null => {
    findings.push({
      severity: 'error',
      code: 'overrides-function',
      path: formatPath(path),
      place: document.place(path, 'key'),
      message: `\`${formatPath(path)}\` ${what}.`,
      hint: 'The function must give an object of overrides at once.',
    });
    return null;
  };
  try {
    const given: Json | undefined = overrides(facts);
    if (given instanceof Promise) {
      given.catch(() => undefined);
      return wrong('gave a promise');
    }
    return isObject(given) ? given : wrong(`gave ${given === null ? 'null' : `a ${typeof given}`}`);
  } catch (error) {
    return wrong(`threw: ${error instanceof Error ? error.message : String(error)}`);
  }
}

interface ApplyContext {
  readonly base: SourceDocument;
  readonly environment: string | null;
  readonly findings: Finding[];
}

function applyOne(root: Traced, patch: Traced, context: ApplyContext): Traced {
  const { base, environment, findings } = context;
  const environments = part(patch, 'env');
  checkEnvironments(environments, base, findings);
  const everywhere: MergeContext = {
    where: `the top level of ${base.file}`,
    elsewhere: (path) => namesAnywhere(base, path),
    findings,
  };
  let next = root;
  for (const field of fieldsOf(patch)) {
    const merged = mergeField(part(next, field), part(patch, field), [field], everywhere);
    next = withPart(next, field, merged);
  }
  if (environment !== null) {
    // What is wrong was said at the top level.
    next = inEnvironment(next, environment, (level) =>
      patchWritten(level, patch, { ...everywhere, findings: [] }),
    );
  }
  for (const name of keysOf(environments.value)) {
    const mine = part(environments, name);
    if (!Object.hasOwn(environmentsOf(base), name) || !isObject(mine.value)) continue;
    const where = `environment "${name}" of ${base.file}`;
    const top = next;
    next = inEnvironment(next, name, (level) =>
      patchEnvironment(level, mine, { top, merging: { where, elsewhere: () => [], findings } }),
    );
  }
  return next;
}

function inEnvironment(root: Traced, name: string, change: (level: Traced) => Traced): Traced {
  const environments = part(root, 'env');
  return withPart(root, 'env', withPart(environments, name, change(part(environments, name))));
}

/** What is said for all environments, in one of them: only for the fields it writes itself. */
function patchWritten(level: Traced, patch: Traced, merging: MergeContext): Traced {
  let next = level;
  for (const field of fieldsOf(patch)) {
    const own = part(next, field);
    if (own.value === undefined) continue;
    // A name for all environments gets each one's suffix, as a name at the top level does.
    const merged =
      field === 'name' ? { ...own, value: undefined } : mergeField(own, part(patch, field), [field], merging);
    next = withPart(next, field, merged);
  }
  return next;
}

/** What is said for this environment alone. A field it inherits is the top level's, with what differs. */
function patchEnvironment(
  level: Traced,
  patch: Traced,
  { top, merging }: { readonly top: Traced; readonly merging: MergeContext },
): Traced {
  let next = level;
  for (const field of fieldsOf(patch)) {
    const own = part(next, field);
    const inherits = WORKER_FIELDS.get(field)?.scope === 'inheritable';
    const target = own.value === undefined && inherits ? part(top, field) : own;
    next = withPart(next, field, mergeField(target, part(patch, field), [field], merging));
  }
  return next;
}

function fieldsOf(patch: Traced): readonly string[] {
  return isObject(patch.value) ? Object.keys(patch.value).filter((name) => name !== 'env') : [];
}

function keysOf(value: Json | undefined): readonly string[] {
  return isObject(value) ? Object.keys(value) : [];
}

function checkEnvironments(environments: Traced, base: SourceDocument, findings: Finding[]): void {
  if (environments.value === undefined) return;
  const defined = Object.keys(environmentsOf(base));
  const { document, path } = environments.source;
  const refuse = (at: Source['path'], message: string, hint: string): void =>
    void findings.push({
      severity: 'error',
      code: 'overlay-patches-nothing',
      path: formatPath(at),
      place: document.place(at, 'key'),
      message,
      hint,
    });
  if (!isObject(environments.value)) {
    refuse(path, '`env` must be an object: environment → what differs there.', 'Put it between { and }.');
    return;
  }
  for (const [name, value] of Object.entries(environments.value)) {
    const at = [...path, name];
    if (!isObject(value))
      refuse(at, `What differs in "${name}" must be an object.`, 'Put it between { and }.');
    if (defined.includes(name)) continue;
    const meant = didYouMean(name, defined);
    refuse(
      at,
      `${base.file} has no environment "${name.slice(0, 64)}".`,
      meant === null ? `Environments are: ${defined.join(', ') || '(none)'}.` : `Did you mean "${meant}"?`,
    );
  }
}

function environmentsOf(base: SourceDocument): JsonObject {
  const env = (base.value as { readonly env?: Json }).env;
  return isObject(env) ? env : {};
}

/** Names at a path, in the top level and in every environment of the Worker. */
function namesAnywhere(base: SourceDocument, path: readonly string[]): readonly string[] {
  const levels = [base.value, ...Object.values(environmentsOf(base))];
  return levels.flatMap((level) => {
    let value = level;
    for (const key of path) value = isObject(value) ? value[key] : undefined;
    const name = nameField(path);
    if (name !== null && Array.isArray(value)) {
      return value.flatMap((item: Json | undefined) =>
        isObject(item) && typeof item[name] === 'string' ? [item[name]] : [],
      );
    }
    return isObject(value) ? Object.keys(value) : [];
  });
}
