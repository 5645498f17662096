// Writes docs/emulator-coverage.md from the built emulator. Run `npx tsc -b packages/emulator` first.
import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { renderCoverage } from '../dist/api/coverage.js';

const target = new URL('../../../docs/emulator-coverage.md', import.meta.url);
const options = await resolveConfig(target);
await writeFile(target, await format(renderCoverage(), { ...options, parser: 'markdown' }));
