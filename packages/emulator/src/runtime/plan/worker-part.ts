import type { JsonObject } from '../../json.ts';
import type { Json } from 'miniflare';
import { STAND_INS } from '../sources/stand-in-sources.ts';

/** What one binding adds to the miniflare options of its Worker. Plain data, so that plans can be compared. */
export interface WorkerPart {
  bindings?: Record<string, Json>;
  kvNamespaces?: Record<string, string>;
  d1Databases?: Record<string, string>;
  r2Buckets?: Record<string, string>;
  durableObjects?: Record<string, DurableObjectPart>;
  serviceBindings?: Record<string, { name: string; entrypoint?: string; props?: JsonObject }>;
  wrappedBindings?: Record<string, StandInPart>;
  workflows?: Record<string, { name: string; className: string; scriptName: string }>;
  ratelimits?: Record<string, { simple: { limit: number; period: 10 | 60 } }>;
  analyticsEngineDatasets?: Record<string, { dataset: string }>;
  hyperdrives?: Record<string, string>;
  workerLoaders?: Record<string, Record<string, never>>;
  sendEmail?: Record<string, SendEmailPart>;
  /** Bindings whose value is an uploaded part (service-worker format). */
  parts?: Record<string, { kind: 'wasm' | 'text' | 'data'; part: string }>;
}

/** Where the objects of a Durable Object binding live. */
export interface DurableObjectPart {
  className: string;
  scriptName: string;
  useSQLite: boolean;
  unsafeUniqueKey: string;
}

/** An object made by an export of the stand-in module. */
export interface StandInPart {
  scriptName: typeof STAND_INS;
  entrypoint: StandInName;
  bindings: Record<string, Json>;
}

/** Exports of the stand-in module. */
export type StandInName = 'ai' | 'vectorize' | 'queue' | 'dispatch' | 'assetFiles' | 'secret' | 'refused';

/** A {@link StandInPart}. @param bindings What the export is told, besides how to reach our process. */
export function standIn(entrypoint: StandInName, bindings: Record<string, Json> = {}): StandInPart {
  return { scriptName: STAND_INS, entrypoint, bindings };
}

/** Who a `send_email` binding may write from and to. */
export interface SendEmailPart {
  destination_address?: string;
  allowed_destination_addresses?: string[];
  allowed_sender_addresses?: string[];
}

/** All parts in one. Binding names are unique within a Worker, so none is lost. */
export function mergeParts(parts: readonly WorkerPart[]): WorkerPart {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const part of parts) {
    for (const [section, entries] of Object.entries(part)) {
      merged[section] = { ...merged[section], ...(entries as Record<string, unknown>) };
    }
  }
  return merged as WorkerPart;
}
