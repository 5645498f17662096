import { originalPositionFor, sourceContentFor, TraceMap } from '@jridgewell/trace-mapping';
import type { SourcePlace } from '../../findings/finding.ts';
import type { Bundle } from '../bundle.ts';
import { lineFrame } from '../compile/line-frame.ts';
import { escapeRegExp } from '../../text/escape-reg-exp.ts';

/** A stack trace in terms of the source. */
export interface MappedStack {
  /** Each frame in the bundle replaced by its place in the source; the others as they were. */
  readonly stack: string;
  /** First frame in the user's own source (else in any), or null when no frame could be mapped. */
  readonly place: SourcePlace | null;
  /** Source line of that place. */
  readonly frame: string | null;
}

/** A module of the bundle in a frame, as V8 and workerd write it: `index.js:3:7`. */
function framePattern(moduleName: string): RegExp {
  const name = escapeRegExp(moduleName);
  return new RegExp(String.raw`(?<![\w.-])${name}:(\d+)(?::(\d+))?`, 'g');
}

/** Where the folder or `file://` in front of a frame begins; the frame itself when there is none. */
function startOfPath(text: string, frame: number, from: number): number {
  if (text[frame - 1] !== '/') return frame;
  let start = frame;
  while (start > from && !/[\s()]/.test(text[start - 1] ?? '')) start -= 1;
  return start;
}

/**
 * Translates a stack trace, or any text with `index.js:line:column` in it, back to the source through the map kept with
 * the bundle. Without a map it is returned as it is.
 */
export function mapStack(bundle: Pick<Bundle, 'mainModule' | 'localSourceMap'>, stack: string): MappedStack {
  if (bundle.localSourceMap === null) return { stack, place: null, frame: null };
  const map = new TraceMap(bundle.localSourceMap);
  const places: SourcePlace[] = [];
  let mapped = '';
  let done = 0;
  for (const frame of stack.matchAll(framePattern(bundle.mainModule))) {
    const place = originalPlace(map, Number(frame[1]), Number(frame[2] ?? 1));
    if (place === null) continue;
    places.push(place);
    mapped += `${stack.slice(done, startOfPath(stack, frame.index, done))}${place.file}:${place.line}:${place.column}`;
    done = frame.index + frame[0].length;
  }
  mapped += stack.slice(done);
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
