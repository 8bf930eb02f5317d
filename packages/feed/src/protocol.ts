/** Messages of the `changes` channel: text ↔ value. Pure. Versioned; a reader accepts its own version and the one before. */

import type { Latch, MemberHealth, Name, Reason, Receiving, TableStep } from '@tricade/cluster';
import { reason } from '@tricade/cluster';
import type { Batch, Position } from './feed.ts';
import { packStep, unpackStep } from './pack.ts';
import { isHealth, isLatch, isObject, isPosition, isReceiving, isTarget } from './shape.ts';

/** Version of messages and of the stored state. */
export const protocolVersion = 1;

/** An accepted change: turns the state at `previous` into the state at `revision`. */
export interface Change extends Position {
  readonly kind: 'change';
  readonly previous: number;
  readonly atMs: number;
  readonly health: Readonly<Record<string, MemberHealth | null>>;
  readonly latches: Readonly<Record<string, Latch | null>>;
  readonly tableSteps: readonly TableStep[];
  readonly receiving: Readonly<Record<Name, Receiving | null>>;
}

/** `seed`: the whole state was replaced. `pulse`: the leader lives and stands here. Both carry a position only. */
export interface Mark extends Position {
  readonly kind: 'seed' | 'pulse';
}

export type Message = Change | Mark;

/** The change that a batch makes of the state at `at`. */
export function changeOf(batch: Batch, at: Position): Change {
  const revision = at.revision + 1;
  const stamped = <T>(entries: Readonly<Record<string, T | null>> = {}): Record<string, T | null> =>
    Object.fromEntries(
      Object.entries(entries).map(([key, value]) => [
        key,
        value === null ? null : { ...value, revision },
      ]),
    );
  return {
    kind: 'change',
    epoch: at.epoch,
    revision,
    previous: at.revision,
    atMs: batch.atMs,
    health: stamped(batch.health),
    latches: stamped(batch.latches),
    tableSteps: batch.tableSteps ?? [],
    receiving: { ...batch.receiving },
  };
}

/** One line of JSON; rows of table steps are packed. */
export function encodeMessage(message: Message): string {
  const body =
    message.kind === 'change'
      ? { ...message, tableSteps: message.tableSteps.map(packStep) }
      : message;
  return JSON.stringify({ protocol: protocolVersion, ...body });
}

/** A message, or why the text is none: `unknown-version` or `unreadable`. Never throws. */
export function decodeMessage(text: string): Message | { readonly refused: Reason } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return unreadable('is not JSON');
  }
  if (!isObject(value)) return unreadable('is not an object');
  const version = refusedVersion(value.protocol);
  if (version !== undefined) return { refused: version };
  if (!isPosition(value)) return unreadable('has no epoch and revision');
  const { epoch, revision } = value;
  switch (value.kind) {
    case 'seed':
    case 'pulse':
      return { kind: value.kind, epoch, revision };
    case 'change':
      return decodeChange(value) ?? unreadable('is a change of unknown shape');
    default:
      return unreadable('is of an unknown kind');
  }
}

/** Why a version of the protocol is not accepted; undefined: it is. */
export function refusedVersion(version: unknown): Reason | undefined {
  // Version 1 is the first, so there is none before it yet.
  const accepted = version === protocolVersion || (version === protocolVersion - 1 && version > 0);
  if (accepted) return undefined;
  return reason(
    'unknown-version',
    `the feed speaks version ${JSON.stringify(version)}, this node ${protocolVersion}`,
  );
}

function unreadable(what: string): { readonly refused: Reason } {
  return { refused: reason('unreadable', `a message of the feed ${what}`) };
}

function decodeChange(value: Record<string, unknown> & Position): Change | undefined {
  const { epoch, revision, previous, atMs, health, latches, tableSteps, receiving } =
    value as Record<string, unknown> & Position;
  if (typeof previous !== 'number' || typeof atMs !== 'number' || !Array.isArray(tableSteps))
    return undefined;
  if (
    !isRecord(health, isHealth) ||
    !isRecord(latches, isLatch) ||
    !isRecord(receiving, isReceiving)
  )
    return undefined;
  const steps = tableSteps.map(unpackStep);
  if (!steps.every((step) => step !== undefined)) return undefined;
  return {
    kind: 'change',
    epoch,
    revision,
    previous,
    atMs,
    health,
    latches,
    tableSteps: steps,
    receiving,
  };
}

function isRecord<T>(
  value: unknown,
  isEntry: (entry: unknown) => entry is T,
): value is Record<string, T | null> {
  return (
    isObject(value) &&
    Object.entries(value).every(
      ([key, entry]) => isTarget(key) && (entry === null || isEntry(entry)),
    )
  );
}
