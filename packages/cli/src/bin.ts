#!/usr/bin/env node
import nodeModule from 'node:module';

// From Node 22 on, compiled code is kept between runs; it has to be on before anything else is loaded.
(nodeModule as { enableCompileCache?: () => unknown }).enableCompileCache?.();

const [{ processWorld }, { run }] = await Promise.all([import('./process-world.ts'), import('./program.ts')]);
const { world, flush } = processWorld(process);
process.exitCode = await run(process.argv.slice(2), world);
await flush();
// Idle keep-alive connections and a half-closed workerd would hold the process open for seconds.
process.exit();
