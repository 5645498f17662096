/** A value JSON can hold. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [field: string]: JsonValue };
