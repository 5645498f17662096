import { readLiveCode } from '../cloudflare/live-code.ts';
import type { DriftOptions, DriftResult } from '../deployer-api.ts';
import type { Actual } from '../state/absent.ts';
import { readActual } from '../state/actual.ts';
import { diffCodeContent } from '../state/code-diff.ts';
import { driftReport } from '../state/drift.ts';
import { applyIgnoreRules } from '../state/ignore.ts';
import type { Release } from '../plan/plan.ts';
import { prepareRelease } from '../plan/prepare.ts';
import type { TenantContext } from '../session/tenant-context.ts';

/**
 * What differs between the files and the account, undeclared triggers included; with `deep` the live code itself is
 * compared too. Only reads.
 */
export async function driftTenant(context: TenantContext, options: DriftOptions = {}): Promise<DriftResult> {
  const { worker, world, api, account } = context;
  api.warmUp();
  const release = await prepareRelease(context);
  world.emit({ type: 'stage', tenant: worker.tenant, stage: 'read' });
  const actual = await readActual({ reader: api.reader, account, worker, scope: 'all' });
  const report = driftReport(worker, release.desired, actual);
  const deep = options.deep === true ? await deepen(context, report, { release, actual }) : report;
  return { ...deep, calls: context.calls(), error: null };
}

type Report = Omit<DriftResult, 'calls' | 'error'>;

/** Adds the differences in the code; it is known now, whatever the digest left by the deploy said. */
async function deepen(
  { worker, api }: TenantContext,
  report: Report,
  { release, actual }: { readonly release: Release; readonly actual: Actual },
): Promise<Report> {
  if (release.bundle === null || actual.version === null) return report;
  const live = await readLiveCode(api.reader, worker.scriptName, actual.version.id);
  const found = applyIgnoreRules(diffCodeContent(release.bundle, live), worker.drift.ignore);
  const changes = [...report.changes, ...found.changes];
  return {
    ...report,
    changes,
    drifted: changes.length > 0,
    ignored: [...report.ignored, ...found.ignored],
    unknown: report.unknown.filter(({ section }) => section !== 'code'),
  };
}
