import { didYouMean } from '../findings/did-you-mean.ts';
import { chooseEnvironment } from './environments.ts';
import type { Finding } from '../findings/finding.ts';
import type { SourceDocument } from '../documents/source-document.ts';
import type { Redirect } from '../tenants/redirect.ts';

/** The environment to resolve, and what there is to say about it. */
export interface PickedEnvironment {
  readonly usable: boolean;
  /** For the name and the records. */
  readonly environment: string | null;
  /** The section to read; null reads the top level. */
  readonly inFile: string | null;
  readonly requested: string | null;
  readonly findings: readonly Finding[];
}

/**
 * Decides which environment a request means, in words for the user when it means none.
 *
 * @param requested as the user wrote it; '': the top level, on purpose; undefined: the top level where there is nothing
 *   else, refused where there are environments
 */
export function pickEnvironment(
  requested: string | undefined,
  file: {
    readonly defined: readonly string[];
    readonly redirect: Redirect | null;
    readonly document: SourceDocument;
  },
): PickedEnvironment {
  const { defined, document } = file;
  if (file.redirect !== null) return builtEnvironment(requested, file.redirect, document);
  const choice = chooseEnvironment(requested, defined);
  const place = document.place(['env'], 'key');
  if (requested === undefined && defined.length > 0) {
    const finding: Finding = {
      severity: 'error',
      code: 'environment-not-named',
      path: 'env',
      place,
      message: `${document.file} has environments, and none was named.`,
      hint: `Add --env=<name>, or set CLOUDFLARE_ENV; --env "" means the top level. Environments are: ${defined.join(', ')}.`,
    };
    return { usable: false, environment: null, inFile: null, requested: null, findings: [finding] };
  }
  if (choice.kind === 'top-level') {
    return { usable: true, environment: null, inFile: null, requested: null, findings: [] };
  }
  if (choice.kind === 'named') {
    const { name, aliasOf } = choice;
    return { usable: true, environment: name, inFile: name, requested: aliasOf, findings: [] };
  }
  const name = JSON.stringify(choice.name.slice(0, 64));
  const meant = didYouMean(choice.name, defined);
  if (choice.kind === 'unknown' || !/^[A-Za-z0-9][\w.-]{0,62}$/.test(choice.name)) {
    const finding: Finding = {
      severity: 'error',
      code: 'environment-unknown',
      path: 'env',
      place,
      message: `${document.file} has no environment ${name}.`,
      hint:
        defined.length === 0
          ? 'It has none at all; leave out --env to use the top level.'
          : `${meant === null ? '' : `Did you mean "${meant}"? `}Environments are: ${defined.join(', ')}.`,
    };
    return { usable: false, environment: null, inFile: null, requested: choice.name, findings: [finding] };
  }
  const finding: Finding = {
    severity: 'warning',
    code: 'environment-undefined',
    path: 'env',
    place,
    message: `${document.file} defines no environments; the top level is used for ${name}, and the Worker's name gets the suffix.`,
    hint: `Add "env": { ${name}: {} }, or leave out --env.`,
  };
  return { usable: true, environment: choice.name, inFile: null, requested: null, findings: [finding] };
}

/** A generated configuration is for one environment; another one cannot be asked of it. */
function builtEnvironment(
  requested: string | undefined,
  redirect: Redirect,
  document: SourceDocument,
): PickedEnvironment {
  const target = redirect.targetEnvironment;
  const built = { usable: true, environment: target, inFile: null, requested: null, findings: [] };
  if (requested === undefined || requested === '' || requested === target) return built;
  const choice = chooseEnvironment(requested, target === null ? [] : [target]);
  if (choice.kind === 'named') return { ...built, requested };
  const finding: Finding = {
    severity: 'error',
    code: 'environment-unknown',
    path: 'targetEnvironment',
    place: document.place(['targetEnvironment']),
    message: `${document.file} was built for ${target === null ? 'the top level' : `environment "${target}"`}, not for ${JSON.stringify(requested.slice(0, 64))}.`,
    hint: `Build again with that environment (CLOUDFLARE_ENV). Environments are: ${redirect.definedEnvironments.join(', ') || '(none)'}.`,
  };
  return { usable: false, environment: null, inFile: null, requested, findings: [finding] };
}
