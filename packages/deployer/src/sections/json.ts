/** A value of JSON: what is compared, shown and recorded. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

/** Fields by name. */
export interface JsonObject {
  readonly [field: string]: Json;
}
