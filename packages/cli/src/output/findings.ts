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
