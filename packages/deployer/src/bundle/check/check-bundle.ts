import { BundleError } from '../../errors.ts';
import type { Finding } from '../../findings/finding.ts';
import type { Bundle } from '../bundle.ts';
import type { BundleNeeds, NeededExport, NeededHandler } from './bundle-needs.ts';
import { checkSize } from './size-report.ts';
import { compact } from '../../json.ts';

/**
 * What Cloudflare would refuse about a bundle, or what would fail later: exports the configuration names and the entry
 * lacks, handlers that cannot be there, and size.
 */
export function checkBundle(bundle: Bundle, needs: BundleNeeds): Finding[] {
  return [
    ...missingExports(bundle, needs.exports),
    ...missingHandlers(bundle, needs.handlers),
    ...checkSize(bundle),
  ];
}

/**
 * Throws when {@link checkBundle} finds an error.
 *
 * @throws BundleError BUNDLE_INVALID with all findings
 */
export function assertBundle(bundle: Bundle, needs: BundleNeeds): void {
  const errors = checkBundle(bundle, needs).filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  throw new BundleError('BUNDLE_INVALID', errors.map(({ message }) => message).join('\n'), {
    findings: errors,
    ...compact({ hint: errors[0]?.hint }),
  });
}

/** Whoever exports a class besides its listeners still has a service worker. */
const MODULE_HINT =
  'Make it a module: `export default { fetch() { … } }` in place of `addEventListener`, and export the class beside it.';

function missingExports(bundle: Bundle, needed: readonly NeededExport[]): Finding[] {
  if (needed.length > 0 && bundle.format === 'service-worker') {
    const names = needed.map(({ kind, name }) => `${kind} ${name}`).join(', ');
    const found = finding(
      'service-worker-exports',
      needed[0],
      `A service worker exports nothing, but needs ${names}.`,
    );
    return [{ ...found, hint: MODULE_HINT }];
  }
  if (!isKnown(bundle)) return [];
  return needed
    .filter(({ name }) => !bundle.exports.includes(name))
    .map((need) =>
      finding(
        'missing-export',
        need,
        `${need.section} names the ${kindText(need)} ${need.name}, which the entry does not export; it exports ${exportList(bundle)}.`,
      ),
    );
}

function kindText({ kind }: NeededExport): string {
  return kind === 'entrypoint' ? kind : `${kind} class`;
}

/**
 * Handlers are methods, which may come from anywhere, so only a word that appears nowhere in the code proves that there
 * is none.
 */
function missingHandlers(bundle: Bundle, needed: readonly NeededHandler[]): Finding[] {
  const scripts = bundle.modules.filter(({ contentType }) =>
    contentType.startsWith('application/javascript'),
  );
  if (scripts.length === 0) return [];
  const code = scripts.map(({ bytes }) => Buffer.from(bytes).toString()).join('\n');
  return needed
    .filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(code))
    .map((need) => ({
      // The API refuses a queue consumer without its handler (11001); a cron it accepts, and every run then fails.
      severity: need.name === 'queue' ? 'error' : 'warning',
      code: 'missing-handler',
      path: need.section,
      message: `${need.section} needs a \`${need.name}\` handler, and the Worker has none.`,
      hint: `Add a \`${need.name}\` method to the default export, or remove ${need.section}.`,
    }));
}

/** Exports of Python, and those behind `export *` of a file that is not bundled, are not known. */
function isKnown({ mainModule, modules }: Bundle): boolean {
  if (mainModule.endsWith('.py')) return false;
  const entry = modules.find(({ name }) => name === mainModule);
  return !/^[ \t]*export\s*\*\s*from\b/m.test(Buffer.from(entry?.bytes ?? []).toString());
}

function finding(code: string, need: NeededExport | undefined, message: string): Finding {
  return {
    severity: 'error',
    code,
    path: need?.section ?? '',
    message,
    hint: `Export it from the entry, or correct ${need?.section ?? 'the configuration'}.`,
  };
}

function exportList({ exports }: Bundle): string {
  return exports.length === 0 ? 'nothing' : exports.join(', ');
}
