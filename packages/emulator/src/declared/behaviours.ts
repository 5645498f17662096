import type { BehaviourCoverage, Provenance } from '../api/coverage.ts';

const known =
  (provenance: Provenance) =>
  (text: string): BehaviourCoverage => ({ text, provenance });
const observed = known('observed');
const documented = known('documentation');
const source = known('client source');
const assumed = known('assumed');

/** What the emulator does beyond taking and giving the right shapes, by resource. */
export const BEHAVIOUR_COVERAGE: Record<string, readonly BehaviourCoverage[]> = {
  'Identity, accounts and zones': [
    source('No credentials: 9106 with HTTP 400.'),
    observed('A malformed Authorization header: 6003 with 6111 chained.'),
    observed('An unknown token, or one without the permission: 10000 with HTTP 403.'),
    source(
      '`/user/tokens/verify` with an account-owned token: 1000; wrangler tells the two kinds apart by it.',
    ),
    source('`GET /user` without user permission: 9109.'),
    observed('A malformed account or zone id in the path: 7003.'),
    assumed('A well-formed account id that the token does not reach: 10000 (9109 on the account itself).'),
    documented(
      '1,200 requests per 5 minutes and token, then 429 for five minutes; `Ratelimit`, `Ratelimit-Policy`, `retry-after`.',
    ),
    observed('The code of a 429 is 971.'),
    assumed('Every page of a list beyond the last is empty.'),
  ],
  Scripts: [
    documented(
      'An upload really starts the script in workerd; what does not start is refused with 10021 and the runtime’s text.',
    ),
    documented('A script without event handlers: 10068. A bad Worker name: 10016. More than 64 MiB: 10027.'),
    observed('Another content type than the three known: 10001 with HTTP 415. Flattened metadata: 10021.'),
    documented('A module of unknown content type: 10162.'),
    observed('A compatibility date in the future (UTC): 10021. An unknown annotation: 10021.'),
    documented('The message annotation is cut at 1,000 bytes.'),
    assumed('Any other annotation that is too long: 10021.'),
    observed(
      'Absent binding targets: 10041, 10085, 10181, 11000, 10143, 10061, 10157, 10159; a name used twice: 10053.',
    ),
    source('Further binding targets: 10042, 10144, 100119, 100143, 10182, 10195.'),
    documented(
      '`bindings_inherit=strict`: one 10057 per binding that cannot be inherited; dropped silently without it.',
    ),
    observed('`keep_bindings` keeps bindings of the previous version by type; secrets not kept are gone.'),
    assumed('A Worker may bind itself from its second upload on; before that 10143.'),
    assumed(
      'An upload without observability, logpush or tail_consumers resets them; without tags keeps them.',
    ),
    observed('`deployment_id` of an upload’s answer is the version id without hyphens.'),
    observed('CPU limits on the free plan: 100328.'),
    observed('A Worker that consumes a queue cannot be deleted, even with force: 10064.'),
    assumed('A Worker that others refer to cannot be deleted without force: 10064.'),
    assumed('Deleting a Worker deletes its routes, custom domains and workflows.'),
    documented('Limits by plan: 100 or 500 Workers (10037), 64 or 128 variables (10055), 5 KB each (10054).'),
    documented('Metadata of an upload: 1 MB. Durable Object classes of an account: 100 or 500.'),
    assumed('The code of these two limits: 10021.'),
  ],
  'Durable Objects': [
    observed('Wrong `old_tag`: 10079, with the current tag in the text.'),
    observed('A binding to a class without namespace: 10061. Code that lost a class with objects: 10064.'),
    observed(
      'A new class that is not exported: 10070. An impossible step: 10074. `new_classes` on the free plan: 10097.',
    ),
    documented('Migrations in a version upload: 10211.'),
    documented('Renames and transfers keep the namespace id and its data; deletions drop the data.'),
    documented(
      'Declarative exports are reconciled at upload; failures are 100402 with every finding in `meta.details`.',
    ),
    source(
      'Exports of a version are reconciled when it is deployed; a split with different exports: 100405; a binding to a class that is not provisioned yet: 100406.',
    ),
    documented(
      'Of the 33 scenarios of a reconciliation 26 are told apart; the others are about containers and cleanup notices.',
    ),
    documented(
      'A class moves when the giver’s `transferred` meets the receiver’s `expecting-transfer`; the namespace stays.',
    ),
    documented('A version from before exports changed classes cannot be deployed any more: 100140.'),
    documented('`migrations` and Durable Object entries in `exports` exclude each other.'),
  ],
  Versions: [
    documented(
      'Versions count up by one; every upload, settings patch, secret change and dashboard save makes one.',
    ),
    observed('A version upload for an absent Worker: 10007. An unknown version: 100146.'),
    observed('`workers/triggered_by` is `version_upload` on uploaded versions, `deployment` on deployments.'),
    observed('The wire name is `has_preview`; `hasPreview` of the published types is answered too.'),
    documented('Workers with Durable Objects have no previews.'),
    source('`content/v2?version=` gives one version’s modules with their source maps.'),
  ],
  Deployments: [
    documented('One or two versions, 0 to 100 % each, 100 % together.'),
    assumed('Shares that do not total 100: 10021.'),
    documented('Only the newest 100 versions can be deployed.'),
    observed(
      'Refusals of 2023 are used where today’s are unknown: 100147 too old, 100140 resources or migrations changed.',
    ),
    source('Going back over changed secrets: 10220 with their names; `force=true` overrides.'),
    assumed('Secrets count as changed when their values differ between the old version and the live one.'),
    documented('Deployments are listed newest first; the live one cannot be deleted; unknown id: 10336.'),
    documented('A dial delays when a deployment reaches the edge; until then the one before serves.'),
    assumed('`code_update_strategy` is checked, kept with the deployment, not answered, and has no effect.'),
    documented('The versions of a split have the same assets `base_path`.'),
  ],
  Settings: [
    documented('`PATCH settings` makes a live version and never inherits annotations.'),
    observed('Without the form part `settings`: 10201; as JSON: 10001.'),
    assumed('Versioned fields left out of `PATCH settings` keep their value.'),
    observed(
      'A settings patch may name a binding by type and name alone to keep it (wrangler’s `secret bulk`).',
    ),
    source('Settings of a newest version that is not deployed: 10214.'),
    documented('`PATCH script-settings` changes in place; `null` clears.'),
  ],
  Secrets: [
    documented('Each change makes a version. Values are never returned.'),
    assumed('A changed secret is live at once.'),
    source(
      'While the newest version is not deployed: 10215; `versions/latest` patches it without deploying.',
    ),
    observed('A variable of the same name: 10053. Deleting an unknown one: 10056.'),
  ],
  'workers.dev': [
    source(
      'No subdomain on the account: 10007 on reading, 10063 on enabling. A second one: 10036. Taken: 10031.',
    ),
    documented('`previews_enabled` left out takes the value of `enabled`; new Workers start disabled.'),
  ],
  'Cron triggers': [
    observed(
      'A cron that cannot be parsed or is listed twice: 10100, and the old list stays. Day of week is 1 to 7.',
    ),
    observed('The account’s quota of 5 or 250: 10072. No workers.dev subdomain: 10063.'),
  ],
  'Routes and custom domains': [
    observed(
      'A pattern of any Worker cannot be taken twice: 10020. A pattern outside the zone: 10022. No such script: 10019.',
    ),
    source(
      '`PUT scripts/{name}/routes` replaces the Worker’s routes in all zones; without rights to routes: 10000.',
    ),
    observed(
      'A hostname with foreign DNS records: 100117; in use elsewhere: 100116; outside all zones: 10082.',
    ),
    documented('1,000 routes and 100 custom domains a zone.'),
    assumed('The code of these two limits: 10021.'),
    source(
      'The changeset shows a domain of another Worker under `updated`; the records PUT takes it over when told to.',
    ),
  ],
  Services: [source('An absent service: 10090. Any environment but production: 10092.')],
  'Static assets': [
    documented(
      'Only files the account does not have are asked for; the last upload answers 201 with the completion token.',
    ),
    documented('Tokens live one hour. 25 MiB per file; 20,000 or 100,000 files per version.'),
    observed('Bad `_redirects` or `_headers`: 100324.'),
    assumed('A completion token serves the Worker it was made for only.'),
  ],
  KV: [
    documented('1,000 namespaces an account.'),
    assumed('The code of that limit: 10021 with HTTP 403.'),
    observed('Absent 10013, malformed id 10011, title taken 10014, title missing 10019, key absent 10009.'),
  ],
  D1: [
    source('A database is found by id or by name. Absent 7404, taken 7502, quota 7406, failed query 7500.'),
  ],
  R2: [
    observed('Absent 10006, exists 10004, bad name 10005, bad JSON 10040, bad class 10062, not empty 10008.'),
  ],
  Queues: [
    documented('10,000 queues an account.'),
    assumed('The code of that limit: 10021 with HTTP 403.'),
    observed(
      'One consumer per queue: 11004. A Worker without queue handler: 11001. Taken 11009. Bad name 11003.',
    ),
    observed('A queue that is bound or a dead-letter queue cannot be deleted: 11005.'),
  ],
  Vectorize: [
    documented('100 or 50,000 indexes an account.'),
    assumed('The code of that limit: 1002.'),
    observed('Absent 3000, name taken 3002.'),
    assumed(
      'Vectors are kept by the runtime’s stand-in; the API gives indexes only. Bad configuration: 1002.',
    ),
  ],
  Hyperdrive: [
    documented('10 or 25 configs an account.'),
    assumed('The code of that limit: 2007.'),
    observed('Absent 2006, bad config 2007. Passwords are taken and never kept.'),
  ],
  'AI Search and agent memory': [
    documented('Namespaces are found by name; every account has the AI Search namespace `default`.'),
    documented('An absent agent memory namespace: 1003.'),
    assumed('An absent AI Search namespace: 7002 with HTTP 404. A bad or taken name: 10021.'),
  ],
  'E-mail routing': [
    source(
      'The plan compares wanted rules with the zone’s: added, updated, deleted, or conflict with others’ rules.',
    ),
    source('A tag of no Worker: 2016.'),
    documented('An address outside the account’s zones: 2062.'),
    assumed('Malformed rules: 2020. Every zone of the account has e-mail routing. No mail is delivered.'),
  ],
  Workflows: [source('Absent 10200, schedules on the free plan 10208, no subdomain 10063.')],
  'Workers for Platforms': [
    documented('Each upload is live at once; there are no versions. At most eight tags a script.'),
    observed('An absent dispatch namespace: 100119.'),
    source('An absent script in a dispatch namespace: 10092 on reading it.'),
  ],
  Tails: [
    source('The URL is a WebSocket of the HTTP door.'),
    source(
      'Filters by outcome, text, version and sampling rate are applied; those by method, header and address answer 501.',
    ),
  ],
};
