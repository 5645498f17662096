import type { VersionsResult } from '@cf-deploy/deployer';
import { heading } from './heading.ts';
import type { Style } from './style.ts';
import { tableLines } from './table.ts';

/** The versions of a Worker, newest first, and which one can be gone back to. */
export async function versionsLines(result: VersionsResult, style: Style): Promise<readonly string[]> {
  if (result.versions.length === 0) return [heading(result, style), '  It has no versions.'];
  const rows = result.versions.map((version) => [
    version.percentage === 0 ? '' : style.green(`${version.percentage} %`),
    String(version.number),
    version.versionId,
    version.createdOn,
    version.author ?? '–',
    version.commit?.slice(0, 8) ?? '–',
    version.tag ?? '–',
    version.message ?? '',
    version.deployable.possible ? '' : style.yellow(version.deployable.why ?? 'not deployable'),
  ]);
  return [
    heading(result, style),
    ...(await tableLines(
      ['live', '#', 'version', 'created', 'by', 'commit', 'tag', 'message', ''],
      rows,
      style,
    )),
  ];
}
