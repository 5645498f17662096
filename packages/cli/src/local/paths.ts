import { join } from 'node:path';

/** Where the embedded Cloudflare of a project keeps things. */
export interface LocalPaths {
  /** All of it. */
  readonly folder: string;
  /** State of the embedded Cloudflare itself. */
  readonly state: string;
  /** Where the one started with `local start` can be reached. */
  readonly running: string;
  /** What was seeded before. */
  readonly seeded: string;
}

/** The paths of the project at `root`. */
export function localPaths(root: string): LocalPaths {
  const folder = join(root, '.cf-deploy');
  return {
    folder,
    state: join(folder, 'cloudflare'),
    running: join(folder, 'running.json'),
    seeded: join(folder, 'seeded.json'),
  };
}
