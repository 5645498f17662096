import { assets } from './parts/assets.ts';
import { bindings } from './parts/bindings.ts';
import { code } from './parts/code.ts';
import { config } from './parts/config.ts';
import { crons } from './parts/crons.ts';
import { customDomains } from './parts/custom-domains.ts';
import { exports } from './parts/exports.ts';
import { migrations } from './parts/migrations.ts';
import { queueConsumers } from './parts/queue-consumers.ts';
import { routes } from './parts/routes.ts';
import { runtime } from './parts/runtime.ts';
import { secrets } from './parts/secrets.ts';
import type { Reading, Section } from './section.ts';
import { settings } from './parts/settings.ts';
import { version } from './parts/version.ts';
import { worker } from './parts/worker.ts';
import { workersDev } from './parts/workers-dev.ts';
import { workflowOptions } from './parts/workflow-options.ts';
import { workflows } from './parts/workflows.ts';

/** Every part of a Worker, in the order in which differences are told and steps are made. */
const ALL = {
  worker,
  version,
  code,
  bindings,
  secrets,
  runtime,
  settings,
  assets,
  migrations,
  exports,
  workersDev,
  routes,
  customDomains,
  crons,
  queueConsumers,
  workflows,
  workflowOptions,
  config,
};

/** Name of a part: the first word of a difference's path. */
export type SectionName = keyof typeof ALL;

/** What each part is, in comparable form. */
export type SectionValues = {
  readonly [K in SectionName]: (typeof ALL)[K] extends Section<infer Value> ? Value : never;
};

/** The parts by name. Uploading, planning, drift and the confirmation loop over this: a new part is one file and a line. */
export const SECTIONS: { readonly [K in SectionName]: Section<SectionValues[K]> } = ALL;

/** The names in order. */
export const SECTION_NAMES = Object.keys(ALL) as readonly SectionName[];

/** A Worker in comparable form, part by part: known, or not known and why. A secret is its name only. */
export type WorkerState = { readonly [K in SectionName]: Reading<SectionValues[K]> };
