/** What is done to the cluster under load, and what may come of it: data, for the demo and for the fault tests. */
import type { Tier } from '@tricade/cluster';

export type Deed =
  /** Power off: nothing says good-bye. */
  | 'off'
  /** By the command. */
  | 'drain'
  | 'undrain';

export interface Trial {
  readonly name: string;
  readonly deed: Deed;
  readonly tier: Tier;
  /** Done before the load starts, so that there is something to undo. */
  readonly first?: Deed;
  /** How long to go on after the deed, s. */
  readonly watchS: number;
  readonly bounds: Bounds;
}

/** Upper bounds; what is left out is not judged. */
export interface Bounds {
  /** Long-lived connections broken that did not run through the target. */
  readonly brokenElsewhere: number;
  /** All long-lived connections broken. */
  readonly broken?: number;
  readonly failed?: number;
  /** From the deed to the last failed request, ms. */
  readonly failuresEndMs?: number;
  /** See `Figures`. */
  readonly lastSentMs?: number;
  /** Longest wait for an answer, ms. */
  readonly slowestMs?: number;
  /** New flows to the target later than 1 s after the deed. */
  readonly newAfter1s?: number;
}

/** Detection time of `50ms x 3` and of `every 500ms, timeout 300ms, fall 3`, with what it takes to act on it. */
const bfdMs = 250;
const checkMs = 3 * 500 + 100;
/** An attempt of a proxy to connect to a server; the next one goes to another server. */
const connectMs = 500;

/**
 * In this order: directors, servers, proxies. While rows are in change (until 130 s after a proxy came or went) a director that remembers flows
 * neither leaves nor comes back by plan, and one that dies breaks flows that began since.
 */
export const trials: readonly Trial[] = [
  {
    name: 'director off',
    deed: 'off',
    tier: 'l4',
    watchS: 4,
    bounds: { broken: 0, brokenElsewhere: 0, failuresEndMs: bfdMs, lastSentMs: bfdMs },
  },
  ...plannedOf('l4'),
  ...plannedOf('servers'),
  {
    name: 'server off',
    deed: 'off',
    tier: 'servers',
    watchS: 5,
    bounds: {
      brokenElsewhere: 0,
      failuresEndMs: checkMs,
      lastSentMs: checkMs,
      slowestMs: checkMs + connectMs,
    },
  },
  ...plannedOf('l7'),
  {
    name: 'proxy off',
    deed: 'off',
    tier: 'l7',
    watchS: 5,
    bounds: { brokenElsewhere: 0, failuresEndMs: checkMs, lastSentMs: checkMs },
  },
];

/** Away and back by the command. */
function plannedOf(tier: Tier): readonly Trial[] {
  const none: Bounds = { broken: 0, brokenElsewhere: 0, failed: 0 };
  return [
    {
      name: `${wordOf(tier)} drained`,
      deed: 'drain',
      tier,
      watchS: 4,
      bounds: { ...none, newAfter1s: 0 },
    },
    {
      name: `${wordOf(tier)} undrained`,
      first: 'drain',
      deed: 'undrain',
      tier,
      watchS: 4,
      bounds: none,
    },
  ];
}

/** What a machine of a tier is called. */
function wordOf(tier: Tier): string {
  return { routers: 'router', l4: 'director', l7: 'proxy', servers: 'server', monitor: 'monitor' }[
    tier
  ];
}
