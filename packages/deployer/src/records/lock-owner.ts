import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { z } from 'zod';

const ownerShape = z.object({ pid: z.number().int().positive(), host: z.string() });

/** Writes down which process holds a lock. */
export function noteOwner(file: string): void {
  writeFileSync(file, JSON.stringify({ pid: process.pid, host: hostname() }));
}

/** Takes the note away again, before the lock is given back. */
export function forgetOwner(file: string): void {
  rmSync(file, { force: true });
}

/** Whether the process that holds the lock ran on this machine and is gone. Not known (no note): no. */
export async function isOwnerDead(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const owner = ownerShape.safeParse(parse(text));
  return owner.success && owner.data.host === hostname() && !isProcessAlive(owner.data.pid);
}

/**
 * Claims what a dead process left: of several that try at once, one gets true. Nothing is waited for after that: who is
 * killed before it has taken the lock would leave it without a note.
 */
export async function claimFromDead(file: string): Promise<boolean> {
  if (!(await isOwnerDead(file))) return false;
  const claimed = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, claimed);
  } catch {
    return false;
  }
  rmSync(claimed, { force: true });
  return true;
}

/** Whether a process of this machine runs; one of somebody else does too. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function parse(text: string): z.input<typeof ownerShape> | null {
  try {
    return JSON.parse(text) as z.input<typeof ownerShape>;
  } catch {
    return null;
  }
}
