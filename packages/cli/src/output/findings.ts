import type { Finding } from '@cf-deploy/deployer';
import { wrapNames } from './names.ts';
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
    return [...findingLines(first, style), ...placesLines(group, style)];
  });
}

/** So many places are listed. */
const MOST_PLACES = 50;

/** How often it is there, and where: a place that many tenants share once. */
function placesLines(group: readonly Finding[], style: Style): readonly string[] {
  const counts = new Map<string, number>();
  for (const { place } of group) {
    const at = place === undefined ? '?' : `${place.line}:${place.column}`;
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const file = group[0]?.place?.file;
  const often = `  ${group.length} times${file === undefined ? '' : ` in ${file}`}`;
  if (counts.size === 1) return [often];
  const places = [...counts].map(([at, count]) => (count === 1 ? at : `${at} (${count} times)`));
  const more = places.length - MOST_PLACES;
  const shown = places.slice(0, MOST_PLACES);
  return wrapNames(`${often}: `, more > 0 ? [...shown, `and ${more} more`] : shown, style);
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
