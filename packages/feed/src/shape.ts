/** Shapes of what comes from outside: a store may hold anything. Each answers whether a parsed JSON value is one. Pure. */
import type {
  Latch,
  MemberHealth,
  NodeReport,
  Observation,
  Reason,
  Receiving,
} from '@tricade/cluster';
import type { Position } from './feed.ts';

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A node name or a member `group/name`. */
export function isTarget(value: string): boolean {
  return /^[a-z][a-z0-9-]{0,31}(\/[a-z][a-z0-9-]{0,31})?$/.test(value);
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isPosition<T extends Record<string, unknown>>(value: T): value is T & Position {
  return isCount(value.epoch) && isCount(value.revision);
}

export function isReason(value: unknown): value is Reason {
  return isObject(value) && typeof value.word === 'string' && typeof value.text === 'string';
}

export function isHealth(value: unknown): value is MemberHealth {
  return (
    isObject(value) &&
    ['unknown', 'up', 'down'].includes(value.health as string) &&
    typeof value.dead === 'boolean' &&
    isReason(value.cause) &&
    typeof value.sinceMs === 'number' &&
    isCount(value.revision)
  );
}

export function isLatch(value: unknown): value is Latch {
  return (
    isObject(value) &&
    typeof value.target === 'string' &&
    isTarget(value.target) &&
    ['drain', 'maintenance', 'force-up', 'force-down'].includes(value.kind as string) &&
    typeof value.by === 'string' &&
    typeof value.why === 'string' &&
    typeof value.sinceMs === 'number' &&
    ['number', 'undefined'].includes(typeof value.untilMs) &&
    isCount(value.revision)
  );
}

export function isReceiving(value: unknown): value is Receiving {
  return (
    isObject(value) &&
    typeof value.grantedAtMs === 'number' &&
    isObject(value.steps) &&
    Object.values(value.steps).every(isCount)
  );
}

export function isObservation(value: unknown): value is Observation {
  return (
    isObject(value) &&
    typeof value.target === 'string' &&
    isTarget(value.target) &&
    typeof value.vantage === 'string' &&
    typeof value.ok === 'boolean' &&
    typeof value.detail === 'string' &&
    typeof value.unreachable === 'boolean' &&
    typeof value.monoMs === 'number' &&
    typeof value.tookMs === 'number'
  );
}

export function isReport(value: unknown): value is NodeReport {
  if (!isObject(value)) return false;
  const { version, steps, sample, announcing } = value;
  return (
    typeof value.node === 'string' &&
    isObject(version) &&
    isPosition(version) &&
    isCount(version.generation) &&
    isObject(steps) &&
    Object.values(steps).every(
      (step) => isObject(step) && isCount(step.step) && typeof step.digest === 'string',
    ) &&
    typeof value.wantsToReceive === 'boolean' &&
    Array.isArray(announcing) &&
    announcing.every((prefix) => typeof prefix === 'string') &&
    typeof value.appliedAtMs === 'number' &&
    typeof value.atMs === 'number' &&
    isObject(sample) &&
    typeof sample.atMs === 'number'
  );
}

/** Parses JSON and judges it; undefined where it is no such thing. */
export function parseAs<T>(text: string, isT: (value: unknown) => value is T): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isT(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
