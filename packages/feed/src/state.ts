/** The state as it is stored, and how it moves: stored fields ↔ `FeedState`, the gap rule, what never goes back. Pure. */

import type { FeedState, Reason, Table } from '@tricade/cluster';
import { applyStep, packRows, reason, tableDigest, unpackRows } from '@tricade/cluster';
import type { Position } from './feed.ts';
import type { Change } from './protocol.ts';
import { refusedVersion } from './protocol.ts';
import { isCount, isHealth, isLatch, isObject, isReceiving, isTarget, parseAs } from './shape.ts';

/** Hashes of the state, field → text. */
export interface StoredHashes {
  readonly health: Readonly<Record<string, string>>;
  readonly latches: Readonly<Record<string, string>>;
  readonly tables: Readonly<Record<string, string>>;
  readonly receiving: Readonly<Record<string, string>>;
}

/** One atomic read of a store. */
export interface StoredState extends Position, StoredHashes {
  readonly protocol: number;
}

/** Field to write, or to delete where `text` is undefined. */
export interface FieldWrite {
  readonly hash: keyof StoredHashes;
  readonly field: string;
  readonly text: string | undefined;
}

/** A state, or why there is none. */
export type Judged = { readonly state: FeedState } | { readonly refused: Reason };

/** Neither epoch nor revision of `next` is below those of `held`. */
export function notBefore(next: Position, held: Position | undefined): boolean {
  return held === undefined || (next.epoch >= held.epoch && next.revision >= held.revision);
}

export function samePosition(one: Position, other: Position): boolean {
  return one.epoch === other.epoch && one.revision === other.revision;
}

/** A change may follow `held` only in the same epoch (numbers of another epoch may count another history) and without a gap. */
export function follows(change: Change, held: Position): boolean {
  return change.epoch === held.epoch && change.previous === held.revision;
}

/** The state after a change that `follows` it; refused where a step of a table does not fit (see `applyStep`). */
export function applyChange(held: FeedState, change: Change): Judged {
  const tables: Record<string, Table> = { ...held.tables };
  for (const step of change.tableSteps) {
    const next = applyStep(tables[step.group], step);
    if ('refused' in next) return next;
    tables[step.group] = next;
  }
  const state: FeedState = {
    epoch: change.epoch,
    revision: change.revision,
    health: merged(held.health, change.health),
    latches: merged(held.latches, change.latches),
    tables,
    receiving: merged(held.receiving, change.receiving),
  };
  return { state };
}

function merged<T>(
  held: Readonly<Record<string, T>>,
  changes: Readonly<Record<string, T | null>>,
): Record<string, T> {
  const next: Record<string, T> = { ...held };
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) delete next[key];
    else next[key] = value;
  }
  return next;
}

/** What a change writes: the entries that it names, and every table that it touches as a whole. */
export function writesOfChange(change: Change, next: FeedState): readonly FieldWrite[] {
  const entries = (
    hash: keyof StoredHashes,
    values: Readonly<Record<string, unknown>>,
  ): FieldWrite[] =>
    Object.entries(values).map(([field, value]) => ({
      hash,
      field,
      text: value === null ? undefined : JSON.stringify(value),
    }));
  const touched = [...new Set(change.tableSteps.map((step) => step.group))];
  return [
    ...entries('health', change.health),
    ...entries('latches', change.latches),
    ...entries('receiving', change.receiving),
    ...touched.flatMap((group): FieldWrite[] => {
      const table = next.tables[group];
      return table === undefined
        ? []
        : [{ hash: 'tables', field: group, text: encodeTable(table) }];
    }),
  ];
}

/** What the whole state writes into an emptied store. */
export function writesOfState(state: FeedState): readonly FieldWrite[] {
  const entries = (
    hash: keyof StoredHashes,
    values: Readonly<Record<string, unknown>>,
  ): FieldWrite[] =>
    Object.entries(values).map(([field, value]) => ({ hash, field, text: JSON.stringify(value) }));
  return [
    ...entries('health', state.health),
    ...entries('latches', state.latches),
    ...entries('receiving', state.receiving),
    ...Object.values(state.tables).map(
      (table): FieldWrite => ({ hash: 'tables', field: table.group, text: encodeTable(table) }),
    ),
  ];
}

/** Judges a whole read. Tables of `held` with the same step and digest are taken over without unpacking them again. */
export function decodeState(stored: StoredState, held?: FeedState): Judged {
  const version = refusedVersion(stored.protocol);
  if (version !== undefined) return { refused: version };
  const health = decodeHash(stored.health, isHealth);
  const latches = decodeHash(stored.latches, isLatch);
  const receiving = decodeHash(stored.receiving, isReceiving);
  const tables: Record<string, Table> = {};
  for (const [group, text] of Object.entries(stored.tables)) {
    const table = decodeTable(group, text, held?.tables[group]);
    if (table === undefined) return unreadable(`table ${group}`);
    tables[group] = table;
  }
  if (health === undefined) return unreadable('health');
  if (latches === undefined) return unreadable('latches');
  if (receiving === undefined) return unreadable('receiving');
  return {
    state: { epoch: stored.epoch, revision: stored.revision, health, latches, tables, receiving },
  };
}

function unreadable(what: string): Judged {
  return { refused: reason('unreadable', `${what} in the feed cannot be read`) };
}

function decodeHash<T>(
  hash: Readonly<Record<string, string>>,
  isEntry: (value: unknown) => value is T,
): Record<string, T> | undefined {
  const entries: Record<string, T> = {};
  for (const [field, text] of Object.entries(hash)) {
    const entry = isTarget(field) ? parseAs(text, isEntry) : undefined;
    if (entry === undefined) return undefined;
    entries[field] = entry;
  }
  return entries;
}

export function encodeTable(table: Table): string {
  return JSON.stringify({ step: table.step, digest: table.digest, rows: packRows(table.rows) });
}

/** The table, undefined where the text is none or its rows do not have the digest that it names. */
export function decodeTable(group: string, text: string, held?: Table): Table | undefined {
  const value = parseAs(text, isObject);
  if (value === undefined || !isTarget(group)) return undefined;
  const { step, digest } = value;
  if (!isCount(step) || typeof digest !== 'string') return undefined;
  if (held !== undefined && held.step === step && held.digest === digest) return held;
  const rows = typeof value.rows === 'string' ? unpackRows(value.rows) : undefined;
  if (rows === undefined || rows.length === 0 || tableDigest(rows) !== digest) return undefined;
  return { group, step, rows, digest };
}
