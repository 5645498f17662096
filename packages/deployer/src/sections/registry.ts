import { assets } from './assets.ts';
import { bindings } from './bindings.ts';
import { code } from './code.ts';
import { config } from './config.ts';
import { crons } from './crons.ts';
import { customDomains } from './custom-domains.ts';
import { exports } from './exports.ts';
import { migrations } from './migrations.ts';
import { queueConsumers } from './queue-consumers.ts';
import { routes } from './routes.ts';
import { runtime } from './runtime.ts';
import { secrets } from './secrets.ts';
import type { Reading, Section } from './section.ts';
import { settings } from './settings.ts';
import { version } from './version.ts';
import { worker } from './worker.ts';
import { workersDev } from './workers-dev.ts';
import { workflowOptions } from './workflow-options.ts';
import { workflows } from './workflows.ts';

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
