import type { FleetResult, ValidateResult } from '@cf-deploy/deployer';
import { fleetLines, summaryLines } from './fleet.ts';
import { countFindings, findingLines, groupedFindingLines, projectLines } from './findings.ts';
import { heading } from './heading.ts';
import { wrapNames } from './names.ts';
import type { Style } from './style.ts';

/** Findings of one tenant with their places, then whether it is valid. */
export function validateLines(result: ValidateResult, style: Style): readonly string[] {
  const { findings, valid } = result;
  return [
    heading(result, style),
    ...findings.flatMap((finding) => findingLines(finding, style).map((line) => `  ${line}`)),
    `  ${valid ? style.green('Valid') : style.red('Not valid')}: ${countFindings(findings)}.`,
  ];
}

/** So many tenants are shown one by one; of more, only those with findings, and their findings by kind. */
const SHOWN_EACH = 20;

/** Findings of many tenants, then those about the project as a whole. */
export function validateFleetLines(fleet: FleetResult<ValidateResult>, style: Style): readonly string[] {
  const about = projectLines(fleet.findings, style);
  if (fleet.results.length <= SHOWN_EACH) return [...about, ...fleetLines(fleet, style, validateLines)];
  const found = fleet.results.flatMap(({ findings }) => findings);
  const invalid = fleet.results.filter(({ valid }) => !valid).map(({ tenant }) => tenant);
  return [
    ...about,
    ...groupedFindingLines(found, style),
    ...(invalid.length === 0 ? [] : wrapNames(`${style.red('Not valid')}: `, invalid, style)),
    '',
    ...summaryLines(fleet, style),
  ];
}
