import { DeployError } from '../../errors.ts';

/**
 * Tag for API paths: each inserted value becomes exactly one encoded segment. An empty one would hit the collection
 * above (`…/scripts/`), a dot segment another resource; both are refused.
 * @throws DeployError INTERNAL
 */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((text, part, index) => text + segment(values[index - 1]) + part);
}

function segment(value: string | undefined): string {
  if (value === undefined || value === '' || value === '.' || value === '..') {
    throw new DeployError('INTERNAL', `${JSON.stringify(value)} cannot be a segment of an API path.`);
  }
  return encodeURIComponent(value);
}
