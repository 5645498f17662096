import { originalPositionFor, sourceContentFor, TraceMap } from '@jridgewell/trace-mapping';
import type { SourcePlace } from '../../findings/finding.ts';
import type { Bundle } from '../bundle.ts';
import { lineFrame } from '../compile/line-frame.ts';

/** A stack trace in terms of the source. */
export interface MappedStack {
  /** Each frame in the bundle replaced by its place in the source; the others as they were. */
  readonly stack: string;
  /** First frame in the user's own source (else in any), or null when no frame could be mapped. */
  readonly place: SourcePlace | null;
  /** Source line of that place. */
  readonly frame: string | null;
}

/** A module of the bundle in a frame, as V8 and workerd write it: `index.js:3:7`, with or without a folder or `file://`. */
function framePattern(moduleName: string): RegExp {
  const name = moduleName.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?:file:\/\/)?(?:[^\s()]*\/)?(?<![\w.-])${name}:(\d+)(?::(\d+))?`, 'g');
}

/**
 * Translates a stack trace, or any text with `index.js:line:column` in it, back to the source through the map kept with
 * the bundle. Without a map it is returned as it is.
 */
export function mapStack(bundle: Pick<Bundle, 'mainModule' | 'localSourceMap'>, stack: string): MappedStack {
  if (bundle.localSourceMap === null) return { stack, place: null, frame: null };
  const map = new TraceMap(bundle.localSourceMap);
  const places: SourcePlace[] = [];
  const mapped = stack.replaceAll(framePattern(bundle.mainModule), (frame, line: string, column?: string) => {
    const place = originalPlace(map, Number(line), Number(column ?? 1));
    if (place === null) return frame;
    places.push(place);
    return `${place.file}:${place.line}:${place.column}`;
  });
  const place = places.find(({ file }) => !file.startsWith('node_modules/')) ?? places[0] ?? null;
  return { stack: mapped, place, frame: place === null ? null : frameOf(map, place) };
}

function originalPlace(map: TraceMap, line: number, column: number): SourcePlace | null {
  if (line < 1) return null;
  // V8 counts columns from 1, source maps from 0.
  const {
    source,
    line: original,
    column: offset,
  } = originalPositionFor(map, { line, column: Math.max(0, column - 1) });
  if (source === null) return null;
  return { file: source, line: original, column: offset + 1 };
}

function frameOf(map: TraceMap, { file, line, column }: SourcePlace): string | null {
  const lineText = sourceContentFor(map, file)?.split('\n')[line - 1];
  return lineText === undefined ? null : lineFrame({ line, column, length: 1, lineText });
}
