import type { Finding } from '../../findings/finding.ts';
import { pathHint } from './path-hint.ts';
import { at, type Rule, type RuleFacts } from './rule.ts';
import { hasField } from '../../json.ts';

/** What the bundler tries in turn when the name lacks its extension. */
const EXTENSIONS = ['', '.ts', '.tsx', '.js', '.jsx'] as const;

/** There is something to deploy: an entry file, or a folder of assets. */
export const entryPoint: Rule = {
  name: 'entry-point',
  check: (facts) => {
    const { main } = facts.config.fields;
    if (main === undefined) return missing(facts);
    if (main.endsWith('.py')) {
      return [
        at(facts, ['main'], {
          severity: 'error',
          code: 'unsupported-field',
          message: '`main` is a Python file: Python Workers are not supported.',
          hint: 'Deploy this Worker with wrangler.',
        }),
      ];
    }
    // A custom build may still write it.
    if (facts.config.fields.build?.command !== undefined) return [];
    if (EXTENSIONS.some((extension) => facts.look(main + extension) === 'file')) return [];
    const found = facts.look(main);
    return [
      at(facts, ['main'], {
        severity: 'error',
        code: 'file-missing',
        message: `The entry file "${main}" ${found === 'folder' ? 'is a folder' : 'does not exist'}.`,
        hint:
          pathHint(facts, main, EXTENSIONS) ??
          'Correct `main`; it is relative to the wrangler file. If a build writes the file, run it first or name it in `build.command`.',
      }),
    ];
  },
};

function missing(facts: RuleFacts): readonly Finding[] {
  const { value } = facts.worker;
  const written = hasField(value, 'main') || hasField(value, 'assets');
  if (written || facts.config.values['assets'] !== undefined) return [];
  return [
    at(facts, [], {
      severity: 'error',
      code: 'missing-field',
      message: 'There is nothing to deploy: the file has neither `main` nor `assets`.',
      hint: 'Add "main": "src/index.ts" for a Worker, or "assets": { "directory": "public" } for files.',
    }),
  ];
}
