import { join } from 'node:path';

/** Where the embedded Cloudflare of a project keeps things. */
export interface LocalPaths {
  /** The project. */
  readonly root: string;
  /** All of it but the seed file. */
  readonly folder: string;
  /** State of the embedded Cloudflare itself. */
  readonly state: string;
  /** Releases to it: those to the real Cloudflare are another matter. */
  readonly releases: string;
  /** Where the one started with `local start` can be reached. */
  readonly running: string;
  /** What was seeded before. */
  readonly seeded: string;
  /** What terminals were told before. */
  readonly told: string;
  /** What exists from the start, kept with the project. */
  readonly seedFile: string;
}

/**
 * The paths of the project at `root`.
 * @param strict - the state in which only what the seed file names exists from the start
 */
export function localPaths(root: string, strict = false): LocalPaths {
  const folder = join(root, '.cf-deploy');
  const kind = strict ? 'strict-' : '';
  return {
    root,
    folder,
    state: join(folder, `${kind}cloudflare`),
    releases: join(folder, `${kind}local-releases.db`),
    running: join(folder, 'running.json'),
    seeded: join(folder, `${kind}seeded.json`),
    told: join(folder, 'told.json'),
    seedFile: join(root, SEED_FILE),
  };
}

/** Name of the seed file, in the project's root. */
export const SEED_FILE = 'cf-deploy.seed.json';
