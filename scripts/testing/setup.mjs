/**
 * Vitest lets Node read the source map of every module it loads. Ours have none and need none; those of packages take
 * time, and a Worker's, which names a file beside it, cannot be read where a test imports the Worker's text.
 */
process.setSourceMapsEnabled(false);
