/** Milliseconds of processor time something takes: what else runs on the machine does not count, as it would in a clock's. */
export function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
