/*
 * Namespaces of Workers for Platforms. Plain JSON-serialisable documents: resources/ writes them, runtime/ only reads them. Field names are
 * ours; each resource turns them into the API's wire form. Times are ISO 8601 in UTC, sizes bytes.
 */

/** A dispatch namespace. */
export interface DispatchNamespaceDocument {
  accountId: string;
  id: string;
  name: string;
  trustedWorkers: boolean;
  createdOn: string;
  modifiedOn: string;
  createdBy: string;
  modifiedBy: string;
}
