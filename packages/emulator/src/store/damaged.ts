/** The state in a folder cannot be read, although it is no state that a killed process left. */
export class StateDamagedError extends Error {
  override name = 'StateDamagedError';
}
