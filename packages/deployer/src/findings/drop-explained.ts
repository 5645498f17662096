import type { Finding } from './finding.ts';

/**
 * Leaves out that a field is missing where a mistyped one beside it is the reason: one mistake is one finding, the one
 * with the place to correct. Pure.
 */
export function dropExplained(findings: readonly Finding[]): readonly Finding[] {
  const typos = findings.flatMap((finding) => {
    const meant = /^Did you mean `([^`]+)`\?$/.exec(finding.hint ?? '')?.[1];
    return finding.code === 'unknown-field' && finding.severity === 'error' && meant !== undefined
      ? [{ meant, owner: ownerOf(finding.path), file: finding.place?.file }]
      : [];
  });
  return findings.filter(
    ({ code, path, place, message }) =>
      code !== 'missing-field' ||
      !typos.some(
        ({ meant, owner, file }) =>
          file === place?.file &&
          message.includes(`\`${meant}\``) &&
          (owner === path || owner === ownerOf(path)),
      ),
  );
}

/** Path of what holds the field. */
function ownerOf(path: string): string {
  return path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '';
}
