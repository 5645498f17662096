/** What a command says where the folder that it was started in was removed meanwhile: nothing of Node works there. */
export interface GoneFolder {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 1;
}

/**
 * What to say instead of running anything; null where the folder is there. Asked before the program is loaded, because
 * esbuild asks for the folder while it is loaded.
 */
export function goneFolder(args: readonly string[], cwd: () => string): GoneFolder | null {
  try {
    cwd();
    return null;
  } catch {
    const error = {
      code: 'MACHINE_REFUSED',
      message: 'The folder that the command was started in is not there any more.',
      hint: 'Change to a folder that is there (cd), then run the command again.',
    };
    if (!args.includes('--json')) {
      const stderr = `error ${error.code} ${error.message}\nhint ${error.hint}\n`;
      return { stdout: '', stderr, exitCode: 1 };
    }
    const document = { command: '', ok: false, exitCode: 1, error };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: '', exitCode: 1 };
  }
}
