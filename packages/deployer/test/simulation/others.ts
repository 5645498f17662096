import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createDeployer } from '@cf-deploy/deployer';
import type { Dice } from './chance.ts';
import { OTHER_TOKEN, type Cloud } from './cloud.ts';
import { look, type Seen } from './seen.ts';
import { ACCOUNT, SECRET_MARK, TENANT, want, writeProject } from './wanted.ts';
import { NO_GIT } from '../support/no-git.ts';

/** What others do while a command runs, and what was there before and after they did. */
export interface Others {
  readonly act: () => Promise<void>;
  /** Settles when they are done with what they began, which may be after the command ended that waited meanwhile. */
  readonly done: () => Promise<void>;
  /** Null until they acted. */
  seen: { readonly before: Seen; readonly after: Seen } | null;
  /** What they did. */
  readonly did: string[];
}

/** Whose world they act in. */
export interface Place {
  readonly dice: Dice;
  readonly cloud: Cloud;
  readonly story: string[];
  readonly folder: string;
  readonly secrets: string[];
}

/** What they do while a command runs. */
export const ACTS = ['variable', 'secret', 'deploy', 'split', 'older version'] as const;
/** What they do between two commands, and in busy lives. */
export const EDITS = [...ACTS, 'cron', 'workers.dev'] as const;

/** Prepares what somebody else will do when asked to: edit in the dashboard, or deploy from another folder. */
export function planOther(place: Place, name: string, busy: boolean): Others {
  let acting: Promise<void> = Promise.resolve();
  const act = async (): Promise<void> => {
    const before = look(place.cloud.emulator);
    const what = place.dice.pick(`${name} other`, busy ? EDITS : ACTS);
    if (before.exists || what === 'deploy') {
      others.did.push(what);
      await actAs(place, name, what);
    }
    others.seen = { before, after: look(place.cloud.emulator) };
  };
  const others: Others = { seen: null, did: [], act: () => (acting = act()), done: () => acting };
  return others;
}

/** Somebody edits between two commands; here also what is not versioned. Tells what; null: there was no Worker. */
export async function editDashboard(place: Place, name: string): Promise<string | null> {
  if (!look(place.cloud.emulator).exists) return null;
  const what = place.dice.pick(`${name} edit`, EDITS);
  await actAs(place, name, what);
  return what;
}

async function editTrigger({ cloud, story }: Place, what: 'cron' | 'workers.dev'): Promise<void> {
  story.push(`somebody changes ${what} in the dashboard`);
  const user = cloud.emulator.admin.editAs({ email: 'somebody@example.com' });
  if (what === 'workers.dev') {
    return user.setSubdomain(ACCOUNT, TENANT, { enabled: false, previewsEnabled: false });
  }
  const cron = '0 5 * * *';
  return look(cloud.emulator).crons.includes(cron)
    ? user.removeCron(ACCOUNT, TENANT, cron)
    : user.addCron(ACCOUNT, TENANT, cron);
}

async function actAs(place: Place, name: string, what: (typeof EDITS)[number]): Promise<void> {
  const { cloud, story, secrets } = place;
  if (what === 'cron' || what === 'workers.dev') return editTrigger(place, what);
  story.push(`  somebody else: ${what}`);
  const user = cloud.emulator.admin.editAs({ email: 'somebody@example.com' });
  switch (what) {
    case 'variable':
      return user.setVariable(ACCOUNT, TENANT, 'EDITED', name);
    case 'secret':
      secrets.push(`${name}-by-hand-${SECRET_MARK}`);
      return user.setSecret(ACCOUNT, TENANT, 'API_KEY', `${name}-by-hand-${SECRET_MARK}`);
    case 'deploy':
      return deployElsewhere(place, name);
    case 'split':
    case 'older version':
      return moveTraffic(place, what);
  }
}

/** Another deployer, in good weather, with files of its own. */
async function deployElsewhere({ dice, cloud, folder }: Place, name: string): Promise<void> {
  const root = join(folder, `other ${name}`);
  await mkdir(root, { recursive: true });
  await writeProject(root, want(dice, `other of ${name}`, false));
  const result = await createDeployer({
    root,
    fetch: (input, init) => cloud.emulator.fetch(new Request(input, init)),
    now: () => cloud.clock.now().getTime(),
    sleep: async (ms) => cloud.clock.advance(ms),
    apiToken: OTHER_TOKEN,
    env: {},
    git: NO_GIT,
  })
    .deploy({ tenant: TENANT })
    .catch((error: Error) => error);
  if (result instanceof Error && !('code' in result)) throw result;
}

/** Somebody splits the traffic over the two newest versions, or gives it to an older one. */
async function moveTraffic({ cloud, story }: Place, what: 'split' | 'older version'): Promise<void> {
  const { versions } = look(cloud.emulator);
  const [newest, older] = versions.toReversed();
  if (newest === undefined || older === undefined) return;
  const shares =
    what === 'split'
      ? [
          { version_id: newest, percentage: 30 },
          { version_id: older, percentage: 70 },
        ]
      : [{ version_id: older, percentage: 100 }];
  const response = await cloud.emulator.fetch(
    new Request(
      `https://api.cloudflare.com/client/v4/accounts/${ACCOUNT}/workers/scripts/${TENANT}/deployments?force=true`,
      {
        method: 'POST',
        headers: { authorization: `Bearer ${OTHER_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify({ strategy: 'percentage', versions: shares }),
      },
    ),
  );
  story.push(
    `  moved to ${shares.map(({ version_id: id, percentage }) => `${id.slice(0, 8)}=${percentage}`).join(' ')}: ${response.status}`,
  );
}
