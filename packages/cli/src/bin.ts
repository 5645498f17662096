import { loadProgram } from './start/load-program.ts';
import { outputColumns, quickAnswer, writeOut } from './start/quick-answer.ts';
import { startAhead } from './start/start-ahead.ts';

const args = process.argv.slice(2);
const stdout = (): NodeJS.WriteStream => process.stdout;
const answer = quickAnswer(args, () => outputColumns(stdout));
if (answer === null) void start();
else writeOut(answer, stdout);

async function start(): Promise<void> {
  await startAhead(args);
  const { program, keepCompiled } = loadProgram();
  await program.main(keepCompiled);
}
