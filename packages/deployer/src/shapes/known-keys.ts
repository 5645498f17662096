import { z } from 'zod';

/** Keys an object at this path of the schema may have; of all branches where the schema is a union. */
export function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const unwrapped = unwrap(schema);
  if (unwrapped instanceof z.ZodUnion) {
    return [...new Set(unwrapped.options.flatMap((option) => knownKeys(option, path)))];
  }
  const [head, ...rest] = path;
  if (unwrapped instanceof z.ZodObject) {
    const shape = unwrapped.shape as Readonly<Record<string, z.core.$ZodType>>;
    if (head === undefined) return Object.keys(shape);
    const next = Object.hasOwn(shape, head) ? shape[String(head)] : undefined;
    return next === undefined ? [] : knownKeys(next, rest);
  }
  if (head === undefined) return [];
  if (unwrapped instanceof z.ZodArray) return knownKeys(unwrapped.element, rest);
  if (unwrapped instanceof z.ZodRecord) return knownKeys(unwrapped.valueType, rest);
  return [];
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}
