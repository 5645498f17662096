/** The same function, which makes its result when it is first called; later calls get that one, whatever they want. */
export function once<T, A extends readonly unknown[]>(
  make: (...args: A) => Promise<T>,
): (...args: A) => Promise<T> {
  let made: Promise<T> | undefined;
  return (...args) => (made ??= make(...args));
}
