import type { Finding } from './finding.ts';

const WEIGHT = { error: 0, warning: 1, info: 2 } as const;

/** Errors first, then by file and position, so that the same files always give the same list. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) =>
      WEIGHT[a.severity] - WEIGHT[b.severity] ||
      compare(a.place?.file ?? '', b.place?.file ?? '') ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
      compare(a.code, b.code),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
