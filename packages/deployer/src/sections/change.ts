import type { Difference } from './section.ts';
import type { SectionName } from './registry.ts';

/** One difference, as data. What it means is asked of its section. */
export interface Change extends Difference {
  readonly section: SectionName;
}

/** From what is live to what is wanted. */
export type ChangeKind = 'added' | 'removed' | 'changed';

/** Which way the difference goes. */
export function changeKind({ desired, actual }: Difference): ChangeKind {
  if (actual === null) return 'added';
  return desired === null ? 'removed' : 'changed';
}

/** The difference's name for people and for ignore rules: `bindings.CACHE.namespace_id`, `crons[0 0 * * *]`. */
export function changePath({ section, key, field }: Pick<Change, 'section' | 'key' | 'field'>): string {
  const entry = key === null ? '' : /^[\w-]+$/.test(key) ? `.${key}` : `[${key}]`;
  return `${section}${entry}${field === null ? '' : `.${field}`}`;
}
