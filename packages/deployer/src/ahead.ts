/** What a program may start before it loads the library, because the library will wait for it. Light to load. */
export { adoptEsbuild, startEsbuild } from './load-esbuild.ts';
