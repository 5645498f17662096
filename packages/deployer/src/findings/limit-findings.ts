import type { Finding } from './finding.ts';

/**
 * How many findings of one file are shown. Nobody reads more at once, and a file that is wrong in ten thousand places is
 * no reason for ten thousand code frames.
 */
export const FINDINGS_SHOWN = 50;

/**
 * The first {@link FINDINGS_SHOWN} findings of each file, errors before the rest, and for each file with more one
 * that counts them. The order stays.
 */
export function limitFindings(findings: readonly Finding[]): readonly Finding[] {
  const perFile = new Map<string, { shown: number; left: Finding[] }>();
  const kept = findings.filter((finding) => {
    const file = finding.place?.file ?? '';
    const count = perFile.get(file) ?? { shown: 0, left: [] };
    perFile.set(file, count);
    if (count.shown >= FINDINGS_SHOWN) {
      count.left.push(finding);
      return false;
    }
    count.shown += 1;
    return true;
  });
  return [...kept, ...[...perFile].flatMap(([file, { left }]) => moreFindings(file, left))];
}

function moreFindings(file: string, left: readonly Finding[]): readonly Finding[] {
  if (left.length === 0) return [];
  const errors = left.filter(({ severity }) => severity === 'error').length;
  return [
    {
      severity: errors > 0 ? 'error' : 'warning',
      code: 'more-findings',
      path: '',
      ...(file === '' ? {} : { place: { file, line: 1, column: 1 } }),
      message: `There are ${left.length} more findings${file === '' ? '' : ` in ${file}`}, ${errors} of them errors.`,
      hint: 'Correct those above and try again.',
    },
  ];
}
