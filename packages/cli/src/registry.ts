import { build } from './commands/build.ts';
import { config } from './commands/config.ts';
import { deploy } from './commands/deploy.ts';
import { destroy } from './commands/destroy.ts';
import { doctor } from './commands/doctor.ts';
import { drift } from './commands/drift.ts';
import { freeze } from './commands/freeze.ts';
import { init } from './commands/init.ts';
import { local } from './commands/local.ts';
import { abort } from './commands/abort.ts';
import { pause } from './commands/pause.ts';
import { plan } from './commands/plan.ts';
import { promote } from './commands/promote.ts';
import { prune } from './commands/prune.ts';
import { release } from './commands/release.ts';
import { releases } from './commands/releases.ts';
import { resume } from './commands/resume.ts';
import { rollback } from './commands/rollback.ts';
import { secrets } from './commands/secrets.ts';
import { status } from './commands/status.ts';
import { tenant } from './commands/tenant.ts';
import { validate } from './commands/validate.ts';
import { versions } from './commands/versions.ts';
import type { CommandModule } from './command.ts';

/** Every command, in the order of the overview. */
export const COMMANDS: readonly CommandModule[] = [
  validate,
  plan,
  deploy,
  drift,
  status,
  versions,
  rollback,
  promote,
  pause,
  abort,
  releases,
  release,
  resume,
  freeze,
  secrets,
  init,
  tenant,
  destroy,
  prune,
  config,
  build,
  doctor,
  local,
];
