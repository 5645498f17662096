import type { Finding } from './finding.ts';

/**
 * How many findings of one file are shown. Nobody reads more at once, and a file that is wrong in ten thousand places is
 * no reason for ten thousand code frames.
 */
export const FINDINGS_SHOWN = 50;

/** Where findings that are only counted stand. */
type Where = Pick<Finding, 'path' | 'place'>;

const COUNTED = 'more-findings';

/** One finding that counts those that were not made; none when there are none. */
export function furtherFindings(count: number, where: Where): readonly Finding[] {
  if (count <= 0) return [];
  const owner = where.path === '' ? (where.place?.file ?? 'the configuration') : `\`${where.path}\``;
  return [
    {
      severity: 'error',
      code: COUNTED,
      ...where,
      message: `There ${count === 1 ? 'is 1 more finding' : `are ${count} more findings`} in ${owner}.`,
      hint: 'Correct those that are shown and try again.',
    },
  ];
}

/**
 * The first {@link FINDINGS_SHOWN} findings of each file, and for each file with more one that counts them. Put the
 * errors first: a warning must not take the place of one.
 */
export function limitFindings(findings: readonly Finding[]): readonly Finding[] {
  const left = new Map<string, Finding[]>();
  const shown = new Map<string, number>();
  const kept = findings.filter((finding) => {
    if (finding.code === COUNTED) return true;
    const file = finding.place?.file ?? '';
    const count = (shown.get(file) ?? 0) + 1;
    shown.set(file, count);
    if (count <= FINDINGS_SHOWN) return true;
    const hidden = left.get(file) ?? [];
    hidden.push(finding);
    left.set(file, hidden);
    return false;
  });
  const counted = [...left].flatMap(([file, hidden]) =>
    furtherFindings(hidden.length, {
      path: '',
      ...(file === '' ? {} : { place: { file, line: 1, column: 1 } }),
    }).map((finding) => ({ ...finding, severity: worst(hidden) })),
  );
  return [...kept, ...counted];
}

function worst(findings: readonly Finding[]): Finding['severity'] {
  if (findings.some(({ severity }) => severity === 'error')) return 'error';
  return findings.some(({ severity }) => severity === 'warning') ? 'warning' : 'info';
}
