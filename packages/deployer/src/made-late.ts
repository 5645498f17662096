/**
 * What is made when it is first asked for, then kept. For shapes that most commands never read anything with: making
 * shapes is a good part of what a command takes to start.
 */
export function madeLate<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
