/** Fields as configuration and answers hold them: JSON by origin, whose values nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;
