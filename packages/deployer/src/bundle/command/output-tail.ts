/** Characters of a command's output shown. */
const SHOWN = 4_000;
/** Kept until the end: a secret that would lie across the cut is whole in it, so it is found. */
const KEPT = 64_000;

/** Keeps the end of what a command prints, however much it is; scrubbed first, then cut. */
export function outputTail(clean: (text: string) => string): {
  readonly add: (text: string) => void;
  text(): string;
} {
  let chunks: string[] = [];
  let length = 0;
  const join = (): string => chunks.join('').slice(-KEPT);
  return {
    add(text) {
      chunks.push(text);
      length += text.length;
      if (length < 2 * KEPT) return;
      chunks = [join()];
      length = KEPT;
    },
    text: () => clean(join()).slice(-SHOWN),
  };
}
