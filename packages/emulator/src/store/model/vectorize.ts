/*
 * Vectorize indexes. Plain JSON-serialisable documents: resources/ writes them, runtime/ only reads them. Field names are
 * ours; each resource turns them into the API's wire form. Times are ISO 8601 in UTC, sizes bytes.
 */

/** A Vectorize index. */
export interface VectorizeIndexDocument {
  accountId: string;
  name: string;
  description: string;
  dimensions: number;
  metric: string;
  createdOn: string;
  modifiedOn: string;
}

/** Metadata index of a Vectorize index. */
export interface VectorizeMetadataIndexDocument {
  accountId: string;
  indexName: string;
  propertyName: string;
  indexType: string;
}
