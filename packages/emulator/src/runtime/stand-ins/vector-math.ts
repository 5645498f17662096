import type { Json, JsonObject } from '../../json.ts';
/** How alike two vectors are, by the metric of their index; for `euclidean` smaller is nearer. */
export function score(metric: string, one: readonly number[], other: readonly number[]): number {
  if (metric === 'euclidean') return Math.sqrt(sum(one, (value, at) => (value - (other[at] ?? 0)) ** 2));
  const dot = sum(one, (value, at) => value * (other[at] ?? 0));
  if (metric === 'dot-product') return dot;
  const norms = Math.hypot(...one) * Math.hypot(...other);
  return norms === 0 ? 0 : dot / norms;
}

/** Whether metadata passes a Vectorize filter: `{ field: value }` or `{ field: { $ne: value } }`, dots for nesting. */
export function passes(filter: JsonObject, metadata: Json | undefined): boolean {
  return Object.entries(filter).every(([path, wanted]) => {
    const value = path.split('.').reduce(property, metadata);
    if (typeof wanted !== 'object' || wanted === null) return value === wanted;
    return Object.entries(wanted).every(([operator, operand]) => compare(operator, value, operand));
  });
}

const COMPARISONS: Record<string, (value: Json | undefined, operand: Json | undefined) => boolean> = {
  $eq: (value, operand) => value === operand,
  $ne: (value, operand) => value !== operand,
  $in: (value, operand) => Array.isArray(operand) && operand.some((item) => item === value),
  $nin: (value, operand) => Array.isArray(operand) && !operand.some((item) => item === value),
  $lt: (value, operand) => order(value, operand) < 0,
  $lte: (value, operand) => order(value, operand) <= 0,
  $gt: (value, operand) => order(value, operand) > 0,
  $gte: (value, operand) => order(value, operand) >= 0,
};

function compare(operator: string, value: Json | undefined, operand: Json | undefined): boolean {
  const comparison = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (comparison === undefined) throw new Error(`Vectorize filters have no operator ${operator}.`);
  return comparison(value, operand);
}

/** Negative, zero or positive as `value` is before, equal to or after `operand`; NaN when they do not compare. */
function order(value: Json | undefined, operand: Json | undefined): number {
  if (typeof value === 'number' && typeof operand === 'number') return value - operand;
  if (typeof value !== 'string' || typeof operand !== 'string') return Number.NaN;
  return value === operand ? 0 : value < operand ? -1 : 1;
}

function property(value: Json | undefined, name: string): Json | undefined {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as JsonObject)[name]
    : undefined;
}

function sum(values: readonly number[], term: (value: number, at: number) => number): number {
  return values.reduce((total, value, at) => total + term(value, at), 0);
}
