import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap of this process grow to 1.6 times what is alive before it is cleaned, instead of up to four times: of a
 * release of 10,000 targets 140 MB are alive, and the process took 700. It costs a twentieth more CPU there, and nothing
 * in a command that ends before its heap is cleaned once. V8 reads the flag at each cleaning, and takes compiled code from
 * before as it is.
 */
export function steadyHeap(): void {
  setFlagsFromString('--heap-growing-percent=60');
}
