/** File of the source of each thing that the packages of this repository are imported by. */
export const SOURCES: Readonly<Record<string, string>>;
