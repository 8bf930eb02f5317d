/** Steps of forwarding tables as JSON values: rows and words as packed text. Pure. */

import type { StepKind, TableStep } from '@tricade/cluster';
import { packChanges, unpackChanges } from '@tricade/cluster';
import { isCount, isObject, isReason } from './shape.ts';

const kinds: readonly StepKind[] = ['birth', 'arm', 'flip', 'clear', 'down', 'dead', 'share'];

/** A step as it travels: its rows as `packChanges` text. */
export function packStep(step: TableStep): Record<string, unknown> {
  const { rowIndexes, rowWords, ...rest } = step;
  return { ...rest, rows: packChanges({ rowIndexes, rowWords }) };
}

/** The step, undefined where the value is none. */
export function unpackStep(value: unknown): TableStep | undefined {
  if (!isObject(value)) return undefined;
  const { group, step, kind, digest, why, rows } = value;
  if (typeof group !== 'string' || !isCount(step) || typeof digest !== 'string' || !isReason(why))
    return undefined;
  const known = kinds.find((candidate) => candidate === kind);
  const changes = typeof rows === 'string' ? unpackChanges(rows) : undefined;
  if (changes === undefined || known === undefined) return undefined;
  return { group, step, kind: known, ...changes, digest, why };
}
