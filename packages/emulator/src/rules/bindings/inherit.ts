import { ApiFailure } from '../../api/errors.ts';
import type { ApiErrorBody } from '../../api/errors.ts';
import type { StoredBinding, VersionDocument } from '../../store/model/scripts.ts';
import { checkNames } from '../../bindings/read.ts';

/** From what bindings are inherited. */
export interface InheritSource {
  /** All versions of the script, newest last. */
  versions: readonly VersionDocument[];
  /** `strict`: a binding that cannot be inherited fails the upload; otherwise it is dropped. */
  strict: boolean;
  /** The upload makes a version only: then `version_id` may only be `latest`. */
  versionOnly: boolean;
}

/**
 * Puts the real bindings in place of `inherit` ones and adds those that `keep_bindings` carries over by type.
 * @throws 10057, one error per binding that cannot be inherited (strict), or with a `version_id` that is not allowed.
 */
export function resolveInherited(
  bindings: readonly StoredBinding[],
  keepTypes: readonly string[],
  source: InheritSource,
): StoredBinding[] {
  const errors: ApiErrorBody[] = [];
  const resolved: StoredBinding[] = [];
  for (const binding of bindings) {
    if (binding.type !== 'inherit') {
      resolved.push(binding);
      continue;
    }
    const found = findInherited(binding, source);
    if (found !== undefined) resolved.push({ ...found, name: binding.name });
    else if (source.strict || badVersionId(binding, source)) errors.push(inheritError(binding));
  }
  if (errors.length > 0) throw new ApiFailure(400, errors);
  const kept = keep(resolved, keepTypes, source.versions.at(-1));
  const all = [...resolved, ...kept];
  checkNames(all);
  return all;
}

function keep(
  bindings: readonly StoredBinding[],
  types: readonly string[],
  previous: VersionDocument | undefined,
): StoredBinding[] {
  if (previous === undefined || types.length === 0) return [];
  const names = new Set(bindings.map((binding) => binding.name));
  return previous.bindings.filter((binding) => types.includes(binding.type) && !names.has(binding.name));
}

function findInherited(binding: StoredBinding, source: InheritSource): StoredBinding | undefined {
  if (badVersionId(binding, source)) return undefined;
  const id = binding['version_id'];
  const version =
    id === undefined || id === 'latest'
      ? source.versions.at(-1)
      : source.versions.find((candidate) => candidate.id === id);
  const name = binding['old_name'] ?? binding.name;
  return version?.bindings.find((candidate) => candidate.name === name);
}

function badVersionId(binding: StoredBinding, source: InheritSource): boolean {
  const id = binding['version_id'];
  return source.versionOnly && id !== undefined && id !== 'latest';
}

function inheritError(binding: StoredBinding): ApiErrorBody {
  return {
    code: 10057,
    message: `inherit binding '${binding.name}' is invalid: the previous version has no such binding.`,
  };
}
