import type { JsonObject } from '../../json.ts';

/*
 * Queues and who consumes them. Plain JSON-serialisable documents: resources/ writes them, runtime/ only reads them. Field names are
 * ours; each resource turns them into the API's wire form. Times are ISO 8601 in UTC, sizes bytes.
 */

/** A queue. */
export interface QueueDocument {
  accountId: string;
  id: string;
  name: string;
  createdOn: string;
  modifiedOn: string;
  settings: JsonObject;
  consumers: QueueConsumerDocument[];
}

/** Who takes from a queue. */
export interface QueueConsumerDocument {
  id: string;
  type: 'worker' | 'http_pull';
  scriptName: string | null;
  deadLetterQueue: string | null;
  settings: JsonObject;
  createdOn: string;
}
