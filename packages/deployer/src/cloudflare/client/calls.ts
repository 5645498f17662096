import type { z } from 'zod';
import type { Secret } from '../../security/secret.ts';
import type { ErrorCode } from '../../error-codes.ts';
import type { FormPart } from '../../transport/multipart.ts';
import type { Envelope } from './envelope.ts';
import type { Repeat } from './retry.ts';

/** A read: what for, where, and the shape its result must have. */
export interface ReadCall<T> {
  /** Continues "Could not …": `list routes of zone example.com`. */
  readonly purpose: string;
  /** Made with the `path` tag. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer is a file, not the API's envelope; the result is a {@link RawAnswer}. Failures stay envelopes. */
  readonly raw?: true;
  /** Answers are untrusted: the result is parsed with this. */
  readonly shape: z.ZodType<T>;
  /** Meanings of error numbers at this endpoint. */
  readonly codes?: Readonly<Record<number, ErrorCode>>;
  /**
   * Numbers that only say something made a moment ago is not visible everywhere yet. The call did nothing and is
   * repeated, whatever `repeat` of a write says.
   */
  readonly settling?: readonly number[];
}

/** A write. */
export interface WriteCall<T> extends ReadCall<T> {
  readonly method: 'put' | 'post' | 'patch' | 'delete';
  /** JSON value, or a function that makes a form, or bytes, afresh for each attempt. */
  readonly body?: object | (() => readonly FormPart[] | Uint8Array);
  /** Whether sending it twice is the same as once. */
  readonly repeat: Repeat;
  /** Instead of the account's token (asset uploads). */
  readonly bearer?: Secret;
}

/** A question too long for a URL: sent by POST, and it changes nothing. */
export interface AskCall<T> extends ReadCall<T> {
  /** JSON value. */
  readonly body: object;
}

/** What is sent of a call: all but the shape its result must have. */
export type Outgoing = Omit<ReadCall<never>, 'shape'> & Partial<Omit<WriteCall<never>, 'shape'>>;

/** Can only look. Plan, drift, preflight and status are given nothing else. */
export interface ReadClient {
  readonly accountId: string;
  read<T>(call: ReadCall<T>): Promise<T>;
  /** A read whose question is in its body. */
  ask<T>(call: AskCall<T>): Promise<T>;
  /** As `read`, null when the API answers one of these numbers (`[10007]`: no such Worker). */
  find<T>(call: ReadCall<T>, absent: readonly number[]): Promise<T | null>;
  /** Result and `result_info`, for lists with pages. */
  page<T>(call: ReadCall<T>): Promise<{ readonly result: T; readonly info: Envelope['info'] }>;
}

/** Can change things. */
export interface WriteClient {
  readonly accountId: string;
  write<T>(call: WriteCall<T>): Promise<T>;
}
