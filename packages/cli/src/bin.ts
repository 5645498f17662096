import { outputColumns, quickAnswer, writeOut } from './quick-answer.ts';

const stdout = (): NodeJS.WriteStream => process.stdout;
const answer = quickAnswer(process.argv.slice(2), () => outputColumns(stdout));
if (answer === null) await import('./main.ts');
else writeOut(answer, stdout);
