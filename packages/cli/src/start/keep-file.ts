import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes compiled code whole or not at all: V8 does not find out that a part is missing. Nowhere where it may not. */
export function keepFile(file: string, pieces: readonly Uint8Array[]): void {
  const temporary = `${file}.${process.pid}`;
  try {
    writeFileSync(temporary, Buffer.concat(pieces), { flush: true });
    renameSync(temporary, file);
  } catch {
    rmSync(temporary, { force: true });
  }
}
