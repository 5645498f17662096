/** A Worker that keeps a whole process from starting. */
export interface BrokenWorker {
  name: string;
  reason: string;
}

/** Reads in workerd's output which Workers did not start, and why. */
export function brokenWorkers(output: string): BrokenWorker[] {
  const found: BrokenWorker[] = [];
  for (const line of output.split('\n')) {
    const match =
      /service core:user:(\S+@[0-9a-f-]{36}): (Uncaught .*|.*not found.*|No such .*|.*failed.*)$/.exec(line);
    const [, name, reason] = match ?? [];
    if (name !== undefined && reason !== undefined) found.push({ name, reason });
  }
  return found;
}
