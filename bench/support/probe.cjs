// Preloaded into every measured process: at its end it writes the esbuild builds it asked for, its CPU
// time and its peak memory.
// Builds are counted on their way to esbuild's service process, which works for either module system and any version.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const processes = require('node:child_process');

const folder = process.env.BENCH_PROBE_DIR;
/** `command: "build"` in the service's protocol: a string is its type 3, its length in four bytes, its text. */
const BUILD = Buffer.concat([Buffer.from('command'), Buffer.from([3, 5, 0, 0, 0]), Buffer.from('build')]);
let builds = 0;

if (folder !== undefined) {
  const { spawn } = processes;
  processes.spawn = (command, ...rest) => {
    const child = spawn(command, ...rest);
    if (!/esbuild/.test(command) || child.stdin === null) return child;
    const { stdin } = child;
    const write = stdin.write;
    stdin.write = (chunk, ...more) => {
      if (Buffer.from(chunk).includes(BUILD)) builds += 1;
      return write.call(stdin, chunk, ...more);
    };
    return child;
  };
  process.on('exit', () => {
    const { maxRSS: maxRssKb, userCPUTime, systemCPUTime } = process.resourceUsage();
    const cpuMicros = userCPUTime + systemCPUTime;
    writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify({ builds, maxRssKb, cpuMicros }));
  });
}
