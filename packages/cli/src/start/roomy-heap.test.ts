import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { expect, test } from 'vitest';

const file = fileURLToPath(new URL('./roomy-heap.ts', import.meta.url));

test('the young generation has its full size at once, and code that was compiled before is still taken', () => {
  const { code } = transformSync(readFileSync(file, 'utf8'), { loader: 'ts', format: 'cjs' });
  const script = `
    const { Script } = require('node:vm');
    const { getHeapSpaceStatistics } = require('node:v8');
    const size = () => getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space').space_size;
    const source = 'function one() { return 1; } one();';
    const cachedData = new Script(source).createCachedData();
    const before = size();
    const module = { exports: {} };
    (function (exports, module) { ${code} })(module.exports, module);
    module.exports.makeRoom();
    const { cachedDataRejected } = new Script(source, { cachedData });
    process.stdout.write(JSON.stringify({ grown: size() >= 8 * before, cachedDataRejected }));`;
  const result = execFileSync(process.execPath, ['--eval', script], {
    env: { PATH: process.env['PATH'] },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  expect(JSON.parse(result)).toEqual({ grown: true, cachedDataRejected: false });
});
