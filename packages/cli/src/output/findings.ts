import type { Finding } from '@cf-deploy/deployer';
import type { Style } from './style.ts';

/** One finding: severity, where, what, the line meant, what to do. */
export function findingLines(finding: Finding, style: Style): readonly string[] {
  const { place, path, message, hint, frame, code } = finding;
  const where = place === undefined ? '' : `${place.file}:${place.line}:${place.column}`;
  const head = [paintSeverity(finding.severity, style), style.bold(where), style.dim(code)].filter(
    (part) => part !== '',
  );
  return [
    head.join(' '),
    `  ${path === '' || message.includes(path) ? '' : `${path}: `}${message}`,
    ...(frame === undefined ? [] : frame.split('\n').map((line) => `  ${style.dim(line)}`)),
    ...(hint === undefined ? [] : [`  ${style.cyan('hint')} ${hint}`]),
  ];
}

/** So many findings of one kind are shown whole; of more, one is, and the places of all. */
const SHOWN_WHOLE = 5;

/**
 * Many findings: those of one kind together, in the order of the first of each. A kind that is there often is shown
 * once, with every place it is at.
 */
export function groupedFindingLines(findings: readonly Finding[], style: Style): readonly string[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.code} ${finding.place?.file ?? ''}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length <= SHOWN_WHOLE) {
      return group.flatMap((finding) => findingLines(finding, style));
    }
    const places = group.map(({ place }) => (place === undefined ? '?' : `${place.line}:${place.column}`));
    return [
      ...findingLines(first, style),
      `  ${group.length} times${first.place === undefined ? '' : ` in ${first.place.file}`}: ${places.join(', ')}`,
    ];
  });
}

/** Findings about the project as a whole, above what its targets came to; nothing when there are none. */
export function projectLines(findings: readonly Finding[] = [], style: Style): readonly string[] {
  if (findings.length === 0) return [];
  return [style.bold('The project as a whole'), ...groupedFindingLines(findings, style), ''];
}

/** `2 errors, 1 warning`. */
export function countFindings(findings: readonly Finding[]): string {
  const counts = (['error', 'warning', 'info'] as const)
    .map(
      (severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const,
    )
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}${count === 1 || severity === 'info' ? '' : 's'}`);
  return counts.length === 0 ? 'no findings' : counts.join(', ');
}

function paintSeverity(severity: Finding['severity'], style: Style): string {
  if (severity === 'error') return style.red('error');
  if (severity === 'warning') return style.yellow('warning');
  return style.cyan('info');
}
