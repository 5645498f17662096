import { deploymentName, messageWithMarker } from '../../src/sections/marker.ts';
import { addDeployment, addVersion, type Account } from './account.ts';

/** What somebody else does, all at once. */
export const ACTS = {
  'deploys other code': (account) => deploys(account, 'theirs'),
  'deploys other code and triggers': (account) => {
    deploys(account, 'theirs');
    account.crons = { value: ['9 9 * * *'], by: 'theirs' };
    account.logpush = { value: false, by: 'theirs' };
  },
  'edits a variable': (account) => {
    const id = addVersion(account, { by: 'theirs', content: 'edited', annotations: {} });
    addDeployment(account, { by: 'theirs', shares: { [id]: 100 }, annotations: {} });
  },
  'goes back to the oldest version': (account) => {
    const oldest = account.versions[0]?.id;
    if (oldest !== undefined)
      addDeployment(account, { by: 'theirs', shares: { [oldest]: 100 }, annotations: {} });
  },
  'splits the traffic': (account) => {
    const [newest, older] = account.versions.toReversed();
    if (newest === undefined || older === undefined) return;
    addDeployment(account, {
      by: 'theirs',
      shares: { [older.id]: 70, [newest.id]: 30 },
      annotations: {},
    });
  },
  'sets crons': (account) => {
    account.crons = { value: ['5 5 * * *'], by: 'theirs' };
  },
  'sets crons as the files want them': (account) => {
    account.crons = { value: ['1 1 * * *'], by: 'theirs' };
  },
  'switches workers.dev off': (account) => {
    account.workersDev = { value: false, by: 'theirs' };
  },
} as const satisfies Record<string, (account: Account) => void>;

export type Act = keyof typeof ACTS;

/** Whether it makes a deployment, which lists show. */
export function isDeployment(act: Act): boolean {
  return !['sets crons', 'sets crons as the files want them', 'switches workers.dev off'].includes(act);
}

/** Another run of this tool. */
function deploys(account: Account, run: string): void {
  const over = account.deployments[0] ?? null;
  const mark = (fields: object): Readonly<Record<string, string>> => ({
    'workers/message': messageWithMarker(undefined, { run, over: deploymentName(over), ...fields }),
  });
  const id = addVersion(account, {
    by: 'theirs',
    content: 'other',
    annotations: mark({ code: 'other', config: 'other' }),
  });
  addDeployment(account, { by: 'theirs', shares: { [id]: 100 }, annotations: mark({}) });
}
