#!/usr/bin/env node
// In git, not built: npm links a package's command while it installs, which is before anything is built. CommonJS (see
// package.json beside it), because Node starts its loader of ES modules only when there is one.
'use strict';
try {
  require('../dist/bin.cjs');
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND' || !error.message.includes('dist/bin.cjs')) throw error;
  process.stderr.write('cf-deploy is not built yet.\n  npm run build, in the repository, builds it.\n');
  process.exitCode = 1;
}
