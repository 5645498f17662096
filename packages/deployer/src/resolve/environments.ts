/** Names that mean the same environment. Source: the project's design; wrangler knows exact names only. */
const ALIASES: readonly (readonly string[])[] = [
  ['dev', 'develop', 'development'],
  ['staging', 'stg', 'preview'],
  ['production', 'prod', 'prd'],
];

/** What a request for an environment means in a file that defines these environments. */
export type EnvironmentChoice =
  | { readonly kind: 'top-level' }
  | { readonly kind: 'named'; readonly name: string; readonly aliasOf: string | null }
  /** The file defines no environments at all: the top level is used, with the suffix, as wrangler does. */
  | { readonly kind: 'none-defined'; readonly name: string }
  | { readonly kind: 'unknown'; readonly name: string };

/**
 * Chooses the environment: exactly as written first, then by alias. `undefined` and `''` mean the top level.
 *
 * @param defined names of the environments the file defines
 */
export function chooseEnvironment(
  requested: string | undefined,
  defined: readonly string[],
): EnvironmentChoice {
  if (requested === undefined || requested === '') return { kind: 'top-level' };
  if (defined.includes(requested)) return { kind: 'named', name: requested, aliasOf: null };
  const alias = ALIASES.find((group) => group.includes(requested))?.find((name) => defined.includes(name));
  if (alias !== undefined) return { kind: 'named', name: alias, aliasOf: requested };
  if (defined.length === 0) return { kind: 'none-defined', name: requested };
  return { kind: 'unknown', name: requested };
}

/** Every name that may mean the same environment, itself first. */
export function sameEnvironment(name: string): readonly string[] {
  const group = ALIASES.find((names) => names.includes(name)) ?? [];
  return [name, ...group.filter((other) => other !== name)];
}
