import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TENANT_FIELDS } from '../../src/shapes/tenant-schema.ts';
import { projectSchema } from '../../src/project/project-schema.ts';
import { UNSUPPORTED_FIELDS } from '../../src/shapes/unsupported-fields.ts';
import { WORKER_FIELDS } from '../../src/resolve/schema/worker-fields.ts';

const SOURCES = fileURLToPath(new URL('../../src/', import.meta.url));
const document = (name: string): string =>
  readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), 'utf8');

describe('docs/configuration.md', () => {
  const text = document('configuration.md');

  it('names every field of the files', () => {
    const fields = [
      ...WORKER_FIELDS.keys(),
      ...Object.keys(TENANT_FIELDS).filter((name) => name !== 'drift'),
    ];
    expect(fields.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
    const rules = Object.keys(projectSchema.shape);
    expect(rules.filter((name) => !text.includes(name))).toEqual([]);
  });

  it('names every code of a finding', () => {
    const codes = ['documents', 'shapes', 'project', 'tenants', 'bindings', 'resolve'].flatMap((room) =>
      readdirSync(`${SOURCES}${room}`, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .flatMap((file) => [
          ...readFileSync(`${SOURCES}${room}/${file}`, 'utf8').matchAll(/\bcode: '([a-z-]+)'/g),
        ])
        .map((match) => match[1]),
    );
    expect([...new Set(codes)].filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
  });

  it('names the current fields that are refused', () => {
    const current = [
      'site',
      'pages_build_output_dir',
      'containers',
      'cloudchamber',
      'addresses',
      'connect',
      'legacy_env',
    ];
    for (const name of current) {
      expect(UNSUPPORTED_FIELDS[name]).toBeDefined();
      expect(text).toContain(`\`${name}\``);
    }
  });
});

describe('docs/adding-a-binding.md', () => {
  it('shows the smallest kind as it is', () => {
    const source = readFileSync(`${SOURCES}bindings/worker-loader.ts`, 'utf8').trimEnd();
    expect(document('adding-a-binding.md')).toContain(source);
    expect(readFileSync(`${SOURCES}bindings/registry.ts`, 'utf8')).toContain(
      '  worker_loader: workerLoader,',
    );
  });
});
