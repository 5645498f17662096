import { processWorld } from './process-world.ts';
import { run } from './program.ts';

const { world, flush } = processWorld(process);
process.exitCode = await run(process.argv.slice(2), world);
await flush();
// Idle keep-alive connections and a half-closed workerd would hold the process open for seconds.
process.exit();
