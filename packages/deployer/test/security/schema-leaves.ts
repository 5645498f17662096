import { z } from 'zod';

/** A place of a schema that takes text, and how to make a value of the whole schema with that text in it. */
export interface Leaf {
  /** For the name of a test: `kv_namespaces[].id`, `vars{key}`. */
  readonly name: string;
  readonly build: (text: string) => unknown;
}

/** Text of the usual forms; the first one a schema takes is its sample. */
const SAMPLES = [
  'A',
  'a',
  'abc',
  'eu',
  '/a',
  'a.example.com',
  'a@example.com',
  'https://a.example.com',
  '0 3 * * *',
  '2026-02-01',
  '0123456789abcdef0123456789abcdef',
];

/** Every place of a schema that takes text: values, members of lists, values and keys of records. */
export function textLeaves(schema: z.core.$ZodType, name = ''): readonly Leaf[] {
  if (schema instanceof z.ZodOptional) return textLeaves(schema.unwrap(), name);
  if (schema instanceof z.ZodString || schema instanceof z.ZodPipe) return [{ name, build: (text) => text }];
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => textLeaves(option, name));
  if (schema instanceof z.ZodArray) {
    return textLeaves(schema.element, `${name}[]`).map((leaf) => ({
      ...leaf,
      build: (text) => [leaf.build(text)],
    }));
  }
  if (schema instanceof z.ZodRecord) return recordLeaves(schema, name);
  if (schema instanceof z.ZodObject) return objectLeaves(schema, name);
  // Any JSON, text among it.
  if (schema instanceof z.ZodLazy) return [{ name, build: (text) => text }];
  return [];
}

function recordLeaves(schema: z.ZodRecord, name: string): readonly Leaf[] {
  const key = String(sample(schema.keyType));
  const value = sample(schema.valueType);
  return [
    { name: `${name}{key}`, build: (text) => ({ [text]: value }) },
    ...textLeaves(schema.valueType, `${name}{}`).map((leaf) => ({
      ...leaf,
      build: (text: string) => ({ [key]: leaf.build(text) }),
    })),
  ];
}

function objectLeaves(schema: z.ZodObject, name: string): readonly Leaf[] {
  const shape = schema.shape as Readonly<Record<string, z.core.$ZodType>>;
  const required = Object.fromEntries(
    Object.entries(shape)
      .filter(([, field]) => !(field instanceof z.ZodOptional))
      .map(([field, value]) => [field, sample(value)]),
  );
  return Object.entries(shape).flatMap(([field, value]) =>
    textLeaves(value, name === '' ? field : `${name}.${field}`).map((leaf) => ({
      ...leaf,
      build: (text: string) => ({ ...required, [field]: leaf.build(text) }),
    })),
  );
}

/** A value the schema takes, as small as possible. */
function sample(schema: z.core.$ZodType): unknown {
  if (schema instanceof z.ZodOptional) return undefined;
  if (schema instanceof z.ZodLiteral) return [...schema.values][0];
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodBoolean) return true;
  if (schema instanceof z.ZodNull) return null;
  if (schema instanceof z.ZodNumber)
    return [0, 0.5, 1, 10].find((n) => z.safeParse(schema, n).success) ?? 100;
  if (schema instanceof z.ZodUnion && schema.options[0] !== undefined) return sample(schema.options[0]);
  if (schema instanceof z.ZodArray) return [];
  if (schema instanceof z.ZodRecord) return {};
  if (schema instanceof z.ZodLazy) return null;
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, z.core.$ZodType>>;
    return Object.fromEntries(
      Object.entries(shape)
        .filter(([, field]) => !(field instanceof z.ZodOptional))
        .map(([field, value]) => [field, sample(value)]),
    );
  }
  const found = SAMPLES.find((text) => z.safeParse(schema, text).success);
  if (found === undefined) throw new Error('No sample is of this shape: add one.');
  return found;
}
