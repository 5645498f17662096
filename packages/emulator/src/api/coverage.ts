import type { Behaviour, Provenance } from './behaviour.ts';
import type { Endpoint } from './endpoint.ts';
import { NOT_SERVED, RESOURCES } from './endpoints.ts';

/** Everything known about one product. */
export interface ProductCoverage {
  product: string;
  endpoints: readonly Endpoint[];
  behaviours: readonly Behaviour[];
}

const PROVENANCES: readonly Provenance[] = ['observed', 'documentation', 'client source', 'assumed'];

/** What the emulator covers, by product. */
export const coverage: readonly ProductCoverage[] = [...new Set(RESOURCES.map(({ product }) => product))].map(
  (product) => {
    const resources = RESOURCES.filter((resource) => resource.product === product);
    return {
      product,
      endpoints: resources.flatMap(({ endpoints }) => endpoints),
      behaviours: resources.flatMap(({ behaviours }) => behaviours),
    };
  },
);

/** The coverage as the Markdown page of the docs. */
export function renderCoverage(products: readonly ProductCoverage[] = coverage): string {
  const endpoints = products.flatMap((product) => product.endpoints.map(({ known }) => known));
  const behaviours = products.flatMap((product) => product.behaviours.map(({ known }) => known));
  const count = (list: Provenance[], provenance: Provenance): number =>
    list.filter((item) => item === provenance).length;
  const totals = PROVENANCES.map(
    (provenance) => `| ${provenance} | ${count(endpoints, provenance)} | ${count(behaviours, provenance)} |`,
  );
  return [
    '# What the embedded Cloudflare covers',
    '',
    'Generated from the rows in `packages/emulator/src/resources/` by `npm run generate`; do not edit.',
    '',
    'Each endpoint and behaviour says where it is known from: **observed** in a real client’s calls or a live answer,',
    '**documentation** (Cloudflare’s docs, published operations, SDK types), **client source** (read off wrangler or another',
    'client), or **assumed** (nothing proves it). Any other endpoint answers 501 with code 90501 and its name; any other',
    'field or query parameter answers 400 with code 90400 and its name.',
    '',
    'What is assumed has a name and an alternative: `createEmulator({ assumptions: { name: "alternative" } })` behaves so',
    'instead, to see what a client makes of it.',
    '',
    '| known from | endpoints | behaviours |',
    '| --- | --- | --- |',
    ...totals,
    `| **all** | **${endpoints.length}** | **${behaviours.length}** |`,
    '',
    ...products.flatMap(renderProduct),
    ...renderNotServed(),
  ].join('\n');
}

function renderBehaviour({ text, known, assumption }: Behaviour): string {
  const id = assumption === undefined ? '' : `, \`${assumption.id}\``;
  const otherwise = assumption === undefined ? '' : ` Otherwise: ${assumption.otherwise}`;
  return `- ${text} _(${known}${id})_${otherwise}`;
}

function renderNotServed(): string[] {
  const rows = NOT_SERVED.map(({ route, asks, why }) => `| \`${route}\` | ${asks} | ${why} |`);
  return [
    '## Known and not served',
    '',
    'These answer 501 with code 90501, and the reason in the message.',
    '',
    '| endpoint | asked for by | reason |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ];
}

function renderProduct({ product, endpoints, behaviours }: ProductCoverage): string[] {
  const lines = [`## ${product}`, ''];
  const rows = endpoints.map(({ method, path, known }) => `| \`${method} ${path}\` | ${known} |`);
  if (rows.length > 0) lines.push('| endpoint | known from |', '| --- | --- |', ...rows, '');
  if (behaviours.length > 0) lines.push(...behaviours.map(renderBehaviour), '');
  return lines;
}
