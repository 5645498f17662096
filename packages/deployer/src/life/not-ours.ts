import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { StampedScript } from '../cloudflare/scripts.ts';
import type { World } from '../session/world.ts';
import { writeWhole } from '../write-whole.ts';

const shape = z.object({
  /** For which it holds: another project may be whose they are. */
  project: z.string().nullable(),
  /** Account → Worker → its stamp when it was looked at. */
  accounts: z.record(z.string(), z.record(z.string(), z.string())),
});

/**
 * Workers of shared accounts that were looked at and are nobody's of this project: while the account's list shows them
 * unchanged nobody looks again, so thousands of others cost one call together. A cache: losing it costs calls.
 */
export interface NotOurs {
  has(account: string, script: StampedScript): boolean;
  /** What an account holds now that is none of ours. */
  keep(account: string, scripts: readonly StampedScript[]): void;
  save(): Promise<void>;
}

/** Opens what is known of it for that project. */
export async function openNotOurs({ rootDir }: World, project: string | null): Promise<NotOurs> {
  const file = join(rootDir, '.cf-deploy', 'not-ours.json');
  const text = await readFile(file, 'utf8').catch(() => '{}');
  const known = parsed(text);
  const accounts = new Map(known?.project === project ? Object.entries(known.accounts) : []);
  return {
    has: (account, { name, stamp }) => stamp !== null && accounts.get(account)?.[name] === stamp,
    keep(account, scripts) {
      const stamped = scripts.flatMap(({ name, stamp }) => (stamp === null ? [] : [[name, stamp] as const]));
      accounts.set(account, Object.fromEntries(stamped));
    },
    async save() {
      const now = JSON.stringify({ project, accounts: Object.fromEntries(accounts) });
      if (now === text || accounts.size === 0) return;
      await mkdir(dirname(file), { recursive: true });
      await writeWhole(file, now);
    },
  };
}

function parsed(text: string): z.infer<typeof shape> | null {
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
