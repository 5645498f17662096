import { goneFolder } from './start/gone-folder.ts';
import { loadProgram } from './start/load-program.ts';
import { outputColumns, quickAnswer, writeOut } from './start/quick-answer.ts';
import { startAhead } from './start/start-ahead.ts';

const args = process.argv.slice(2);
const stdout = (): NodeJS.WriteStream => process.stdout;
const answer = quickAnswer(args, () => outputColumns(stdout));
const gone = answer === null ? goneFolder(args, () => process.cwd()) : null;
if (gone !== null) {
  writeOut(gone.stdout, stdout);
  process.stderr.write(gone.stderr);
  process.exitCode = gone.exitCode;
} else if (answer === null) void start();
else writeOut(answer, stdout);

async function start(): Promise<void> {
  const ahead = await startAhead(args);
  if (ahead !== null) (await import('./start/roomy-heap.ts')).makeRoom();
  const { program, keepCompiled } = loadProgram();
  await program.main((words) => {
    keepCompiled(words);
    ahead?.keepCompiled();
  }, ahead?.esbuild);
}
