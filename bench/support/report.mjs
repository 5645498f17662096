import { cpus, totalmem } from 'node:os';

/** `min / median / max` of some numbers. */
export function spread(values, digits = 2) {
  return [Math.min(...values), median(values), Math.max(...values)]
    .map((value) => value.toFixed(digits))
    .join(' / ');
}

/** The middle one of some numbers. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/** Prints a Markdown table. */
export function printTable(columns, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  console.log([line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n'));
}

/** Prints what was measured, on what, and when. */
export function printTitle(text) {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  console.log(`\n## ${text}\n`);
  console.log(
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}), ${memory} GB, Node ${process.version}, ${process.platform}\n`,
  );
}

/** \`GET 80, PUT 20\`. */
export function verbsText(verbs) {
  return Object.entries(verbs)
    .map(([verb, count]) => `${verb} ${count}`)
    .join(', ');
}
