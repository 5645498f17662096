import type { AssetsSection } from '../../bindings/assets.ts';
import type { Finding } from '../../findings/finding.ts';
import { pathHint } from './path-hint.ts';
import { at, type Rule, type RuleFacts } from './rule.ts';

/** The folder of assets exists, and a Worker without code has nothing that only code could use. */
export const assetsRule: Rule = {
  name: 'assets',
  check: (facts) => {
    const assets = facts.config.values['assets'] as AssetsSection | undefined;
    if (assets === undefined) return [];
    return [
      ...folder(facts, assets),
      ...(facts.config.fields.main === undefined ? withoutCode(facts, assets) : []),
    ];
  },
};

function folder(facts: RuleFacts, { directory }: AssetsSection): readonly Finding[] {
  if (directory === undefined) {
    return [
      at(facts, ['assets'], {
        severity: 'error',
        code: 'missing-field',
        message: '`assets` has no `directory`.',
        hint: 'Add "directory" with the folder of the files to serve. With a build tool that fills it in, such as the Cloudflare Vite plugin, build first.',
      }),
    ];
  }
  // A custom build may still write it.
  const found = facts.look(directory);
  if (facts.config.fields.build?.command !== undefined || found === 'folder') return [];
  return [
    at(facts, ['assets', 'directory'], {
      severity: 'error',
      code: 'file-missing',
      message: `The assets folder "${directory}" ${found === 'file' ? 'is a file' : 'does not exist'}.`,
      hint:
        pathHint(facts, directory) ??
        (found === 'file'
          ? 'Name the folder that holds the file.'
          : 'Correct `assets.directory`; it is relative to the wrangler file. If a build writes the folder, run it first.'),
    }),
  ];
}

/** Fields that wrangler drops without a word from a Worker without code. */
const NEEDS_CODE = [
  'limits',
  'placement',
  'migrations',
  'exports',
  'cache',
  'logpush',
  'tail_consumers',
] as const;

function withoutCode(facts: RuleFacts, assets: AssetsSection): readonly Finding[] {
  // An entry that is there and wrong has its own finding.
  if (Object.hasOwn(facts.worker.value as object, 'main')) return [];
  const findings: Finding[] = [];
  if (assets.binding !== undefined) {
    findings.push(
      at(facts, ['assets', 'binding'], {
        severity: 'error',
        code: 'assets-only',
        message: `The assets binding ${assets.binding} has no Worker that could use it: the file has no \`main\`.`,
        hint: 'Remove `assets.binding`, or add `main`.',
      }),
    );
  }
  if (assets.run_worker_first !== undefined && assets.run_worker_first !== false) {
    findings.push(
      at(facts, ['assets', 'run_worker_first'], {
        severity: 'error',
        code: 'assets-only',
        message: '`run_worker_first` needs a Worker, and the file has no `main`.',
        hint: 'Remove it, or add `main`.',
      }),
    );
  }
  const sections = new Set(
    facts.bindings.flatMap(({ module }) => (module.section === 'assets' ? [] : [module.section ?? ''])),
  );
  const fields = NEEDS_CODE.filter((field) => facts.config.fields[field] !== undefined);
  for (const field of [...sections, ...fields]) {
    findings.push(
      at(facts, [field], {
        what: 'key',
        severity: 'error',
        code: 'assets-only',
        message: `\`${field}\` has no effect: the file has no \`main\`, so there is no code that could use it.`,
        hint: `Remove \`${field}\`, or add \`main\`.`,
      }),
    );
  }
  return findings;
}
