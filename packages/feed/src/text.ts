/** The state as one text, for disks: what a node or monitor finds after a reboot. Same fields as in the store. */
import type { FeedState } from '@tricade/cluster';
import { protocolVersion } from './protocol.ts';
import { isCount, isObject } from './shape.ts';
import { decodeState, type StoredHashes, type StoredState, writesOfState } from './state.ts';

/** JSON; tables packed. */
export function stringifyState(state: FeedState): string {
  const hashes = { health: {}, latches: {}, tables: {}, receiving: {} } as Record<
    keyof StoredHashes,
    Record<string, string>
  >;
  for (const { hash, field, text } of writesOfState(state))
    if (text !== undefined) hashes[hash][field] = text;
  const stored: StoredState = {
    protocol: protocolVersion,
    epoch: state.epoch,
    revision: state.revision,
    ...hashes,
  };
  return JSON.stringify(stored);
}

/** The state, or undefined where the text is none, is of an unknown version, or holds a table that does not fit its digest. */
export function parseState(text: string): FeedState | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(value) || !isCount(value.epoch) || !isCount(value.revision)) return undefined;
  const hashes = ['health', 'latches', 'tables', 'receiving'] as const;
  if (!hashes.every((hash) => isTexts((value as Record<string, unknown>)[hash]))) return undefined;
  const judged = decodeState(value as unknown as StoredState);
  return 'state' in judged ? judged.state : undefined;
}

function isTexts(value: unknown): boolean {
  return isObject(value) && Object.values(value).every((text) => typeof text === 'string');
}
