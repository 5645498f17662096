import type { JsonObject } from '../../json.ts';

/*
 * Workflows. Plain JSON-serialisable documents: resources/ writes them, runtime/ only reads them. Field names are
 * ours; each resource turns them into the API's wire form. Times are ISO 8601 in UTC, sizes bytes.
 */

/** A workflow, and the class that runs it. */
export interface WorkflowDocument {
  accountId: string;
  id: string;
  name: string;
  scriptName: string;
  className: string;
  createdOn: string;
  modifiedOn: string;
  options: JsonObject;
}
