import path from 'node:path';
import type { Finding } from '../findings/finding.ts';
import { limitFindings } from '../findings/limit-findings.ts';
import { ConfigError } from '../errors.ts';
import { checkHeaders } from './headers-file.ts';
import { checkRedirects } from './redirects-file.ts';
import type { Json } from '../json.ts';
import type { RuleProblem } from './rule-problem.ts';

/**
 * Checks `_headers` and `_redirects` before anything is uploaded.
 *
 * @throws ConfigError ASSETS_INVALID with a finding per wrong line
 */
export function checkRuleFiles(files: {
  readonly redirects: string | null;
  readonly headers: string | null;
  readonly htmlHandling: Json | undefined;
  readonly directory: string;
  readonly rootDir: string;
}): void {
  const folder = path.relative(files.rootDir, files.directory).split(path.sep).join('/');
  const findings = [
    ...(files.headers === null ? [] : findingsOf(`${folder}/_headers`, checkHeaders(files.headers))),
    ...(files.redirects === null
      ? []
      : findingsOf(`${folder}/_redirects`, checkRedirects(files.redirects, files.htmlHandling))),
  ];
  if (findings.length === 0) return;
  const shown = limitFindings(findings);
  const lines = shown.map(({ place, message }) => `${place?.file}:${place?.line}: ${message}`);
  throw new ConfigError('ASSETS_INVALID', `Cloudflare would refuse the assets:\n${lines.join('\n')}`, {
    findings: shown,
  });
}

function findingsOf(file: string, problems: readonly RuleProblem[]): Finding[] {
  return problems.map(({ line, message }) => ({
    severity: 'error',
    code: 'assets-rule',
    path: file,
    place: { file, line, column: 1 },
    message,
  }));
}
