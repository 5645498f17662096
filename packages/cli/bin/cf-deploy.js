#!/usr/bin/env node
// In git, not built: npm links a package's command while it installs, which is before anything is built.
import nodeModule from 'node:module';

// From Node 22 on, compiled code is kept between runs; it has to be on before anything else is loaded.
nodeModule.enableCompileCache?.();

try {
  await import('../dist/bin.js');
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.url).endsWith('/dist/bin.js')) throw error;
  process.stderr.write('cf-deploy is not built yet.\n  npm run build, in the repository, builds it.\n');
  process.exitCode = 1;
}
