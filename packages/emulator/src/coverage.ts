import { BEHAVIOUR_COVERAGE } from './declared/behaviours.ts';
import { ENDPOINT_COVERAGE } from './declared/endpoints.ts';

/**
 * Where something is known from: `observed` in a real client's calls or a live answer, `documentation` (Cloudflare's
 * docs, published operations and SDK types), `client source` (read off wrangler's or another client's code), or
 * `assumed` (nothing proves it; the most plausible behaviour was chosen).
 */
export type Provenance = 'observed' | 'documentation' | 'client source' | 'assumed';

/** `METHOD /path` to where its shape is known from. */
export type EndpointCoverage = Record<string, Provenance>;

/** One behaviour the emulator reproduces, in a sentence. */
export interface BehaviourCoverage {
  text: string;
  provenance: Provenance;
}

/** Everything declared about one resource. */
export interface ResourceCoverage {
  resource: string;
  endpoints: EndpointCoverage;
  behaviours: readonly BehaviourCoverage[];
}

const PROVENANCES: readonly Provenance[] = ['observed', 'documentation', 'client source', 'assumed'];

/** What the emulator covers, by resource. */
export const coverage: readonly ResourceCoverage[] = [
  ...new Set([...Object.keys(ENDPOINT_COVERAGE), ...Object.keys(BEHAVIOUR_COVERAGE)]),
].map((resource) => ({
  resource,
  endpoints: ENDPOINT_COVERAGE[resource] ?? {},
  behaviours: BEHAVIOUR_COVERAGE[resource] ?? [],
}));

/** The coverage as the Markdown page of the docs. */
export function renderCoverage(resources: readonly ResourceCoverage[] = coverage): string {
  const endpoints = resources.flatMap((resource) => Object.values(resource.endpoints));
  const behaviours = resources.flatMap((resource) => resource.behaviours.map(({ provenance }) => provenance));
  const count = (list: Provenance[], provenance: Provenance): number =>
    list.filter((item) => item === provenance).length;
  const totals = PROVENANCES.map(
    (provenance) => `| ${provenance} | ${count(endpoints, provenance)} | ${count(behaviours, provenance)} |`,
  );
  return [
    '# What the embedded Cloudflare covers',
    '',
    'Generated from `packages/emulator/src/declared/` by `npm run generate`; do not edit.',
    '',
    'Each endpoint and behaviour says where it is known from: **observed** in a real client’s calls or a live answer,',
    '**documentation** (Cloudflare’s docs, published operations, SDK types), **client source** (read off wrangler or another',
    'client), or **assumed** (nothing proves it). Any other endpoint answers 501 with code 90501 and its name; any other',
    'field or query parameter answers 400 with code 90400 and its name.',
    '',
    '| known from | endpoints | behaviours |',
    '| --- | --- | --- |',
    ...totals,
    `| **all** | **${endpoints.length}** | **${behaviours.length}** |`,
    '',
    ...resources.flatMap(renderResource),
  ].join('\n');
}

function renderResource({ resource, endpoints, behaviours }: ResourceCoverage): string[] {
  const lines = [`## ${resource}`, ''];
  const rows = Object.entries(endpoints).map(
    ([endpoint, provenance]) => `| \`${endpoint}\` | ${provenance} |`,
  );
  if (rows.length > 0) lines.push('| endpoint | known from |', '| --- | --- |', ...rows, '');
  if (behaviours.length > 0) {
    lines.push(...behaviours.map(({ text, provenance }) => `- ${text} _(${provenance})_`), '');
  }
  return lines;
}
