import { expect, test } from 'vitest';
import { commitOf, messageWithMarker, readMarker, userMessage } from './marker.ts';

const MARKER = { code: 'a1', config: 'b2', assets: 'c3', run: 'd4' };

test('what is written is read back, and the user message with it', () => {
  const annotations = { 'workers/message': messageWithMarker('Release 42', MARKER) };
  expect(annotations['workers/message']).toBe('Release 42 [cf-deploy code=a1 config=b2 assets=c3 run=d4]');
  expect(readMarker(annotations)).toEqual(MARKER);
  expect(userMessage(annotations)).toBe('Release 42');
});

test('without a message the marker stands alone', () => {
  const annotations = { 'workers/message': messageWithMarker(undefined, { run: 'd4' }) };
  expect(userMessage(annotations)).toBeNull();
  expect(readMarker(annotations)).toEqual({ assets: null, run: 'd4' });
});

test('a long message is cut so that the marker never is, also between the bytes of a letter', () => {
  const message = messageWithMarker('é'.repeat(1_000), MARKER);
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1_000);
  expect(message).not.toContain('\uFFFD');
  expect(readMarker({ 'workers/message': message })).toEqual(MARKER);
});

test.each([{}, { 'workers/message': 'by hand' }, { 'workers/message': '[cf-deploy]' }])(
  'annotations %j have no marker',
  (annotations) => {
    expect(readMarker(annotations)).toBeNull();
  },
);

test('the commit is the annotation where there is one, else the marker says it', () => {
  const marked = { 'workers/message': messageWithMarker('x', { run: 'd4', commit: 'abc' }) };
  expect(commitOf(marked)).toBe('abc');
  expect(commitOf({ ...marked, 'workers/commit_sha': 'def' })).toBe('def');
  expect(commitOf({})).toBeNull();
});
