import { startAhead } from './start-ahead.ts';
import { outputColumns, quickAnswer, writeOut } from './quick-answer.ts';

const args = process.argv.slice(2);
const stdout = (): NodeJS.WriteStream => process.stdout;
const answer = quickAnswer(args, () => outputColumns(stdout));
if (answer === null) {
  const program = import('./main.ts');
  await startAhead(args);
  await program;
} else {
  writeOut(answer, stdout);
}
