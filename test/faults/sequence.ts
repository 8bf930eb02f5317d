/** Random sequences of changes to the zero-break cluster, decided by a seed alone. Pure. */
import { createHash } from 'node:crypto';

export type Deed =
  /** By `tricade drain --no-wait` and `tricade undrain`. */
  | { readonly kind: 'drain' | 'undrain'; readonly of: string }
  /** Power. */
  | { readonly kind: 'off' | 'on'; readonly of: string }
  /** The agent of a director stands still: the others are steered before it. */
  | { readonly kind: 'skew'; readonly of: string; readonly forMs: number }
  /** A proxy is drained or undrained by the monitor's API, and one of two directors is late with the flip. */
  | {
      readonly kind: 'late flip';
      readonly of: string;
      readonly or: string;
      readonly verb: 'drain' | 'undrain';
      readonly proxy: string;
      readonly forMs: number;
    }
  /** The router's cable to the directors. */
  | { readonly kind: 'cut'; readonly of: string; readonly forMs: number }
  /** Which router the client sends to. */
  | { readonly kind: 'upstream'; readonly of: string }
  /** The router spreads all flows over the directors anew. */
  | { readonly kind: 'rehash'; readonly of: string; readonly hashSeed: number }
  /** By `tricade apply` of a file with the node; nothing where it is there already. */
  | { readonly kind: 'add'; readonly of: string };

/** A deed, and how long to wait afterwards; what a director is late by, and a cut cable, go on meanwhile. */
export interface Step {
  readonly deed: Deed;
  readonly thenMs: number;
  /** The next step begins before it is done. */
  readonly isAlong?: boolean;
}

/** What a sequence has changed so far. */
interface Away {
  readonly drained: ReadonlySet<string>;
  readonly off: ReadonlySet<string>;
  readonly added: ReadonlySet<string>;
  readonly upstream: 'r1' | 'r2';
}

const tiers = {
  directors: ['l4a', 'l4b', 'l4c'],
  proxies: ['p1', 'p2', 'p3'],
  servers: ['w1', 'w2', 'w3'],
} as const;
const laterNodes = ['l4d', 'p4', 'w4'] as const;
/** Of a sequence. */
const deeds = 8;

/** Fractions, 0 to below 1, that the seed alone decides. */
function fractions(seed: number): () => number {
  let drawn = 0;
  return () => {
    const digest = createHash('sha256').update(`${seed} ${drawn++}`).digest();
    return digest.readUInt32BE() / 2 ** 32;
  };
}

/**
 * The steps of a seed. Each begins with a proxy that drains while one director is late with the flip and a router spreads its flows anew; what follows is
 * any change. One machine of each tier stays in service; directors alone lose power, since a proxy or server that dies takes its own connections along.
 * A router is cut off only while the client sends through the other one. One machine is added at most, while all have power, for `apply` wants them to answer.
 */
export function sequenceOf(seed: number, length: number = deeds): readonly Step[] {
  const draw = fractions(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(draw() * from.length)] as T;
  const steps: Step[] = [];
  let away = nothingAway;
  for (let at = 0; at < length; at++) {
    const choices = possible(away, Math.floor(draw() * 1_000_000));
    const begun = begin[at];
    const classes = [...new Set(choices.map(classOf))];
    const chosen = begun ?? pick(classes);
    const deed = pick(choices.filter((each) => classOf(each) === chosen));
    away = after(away, deed);
    steps.push({ deed, thenMs: Math.floor(draw() * draw() * 2_000) });
  }
  return steps;
}

/** Classes of the first deeds. */
const begin: readonly string[] = ['late flip, drain', 'rehash r'];

/** Deeds of a class are as likely together as those of another: what is done, and to which tier. */
function classOf(deed: Deed): string {
  if (deed.kind === 'add') return deed.kind;
  return deed.kind === 'late flip' ? `${deed.kind}, ${deed.verb}` : `${deed.kind} ${deed.of[0]}`;
}

const nothingAway: Away = {
  drained: new Set(),
  off: new Set(),
  added: new Set(),
  upstream: 'r1',
};

/** Deeds that leave one machine of each tier in service. `number`: for what a deed has to choose besides its target. */
function possible(away: Away, number: number): readonly Deed[] {
  const { drained, off, added, upstream } = away;
  const out = (node: string): boolean => drained.has(node) || off.has(node);
  const spare = Object.values(tiers).flatMap((tier) => {
    const inService = tier.filter((node) => !out(node));
    return inService.length > 1 ? inService : [];
  });
  const directors: readonly string[] = tiers.directors;
  const forMs = 300 + (number % 2_200);
  const idle = upstream === 'r1' ? 'r2' : 'r1';
  return [
    ...spare.map((of) => ({ kind: 'drain', of }) as const),
    ...[...drained].map((of) => ({ kind: 'undrain', of }) as const),
    ...spare.filter((of) => directors.includes(of)).map((of) => ({ kind: 'off', of }) as const),
    ...[...off].map((of) => ({ kind: 'on', of }) as const),
    ...directors.filter((of) => !out(of)).map((of) => ({ kind: 'skew', of, forMs }) as const),
    ...lateFlips(away, spare, forMs),
    { kind: 'cut', of: idle, forMs },
    { kind: 'upstream', of: idle },
    { kind: 'rehash', of: upstream, hashSeed: number + 1 },
    ...(off.size > 0 || added.size > 0 ? [] : laterNodes).map(
      (of) => ({ kind: 'add', of }) as const,
    ),
  ];
}

function lateFlips(away: Away, spare: readonly string[], forMs: number): readonly Deed[] {
  const { drained, off } = away;
  const inService = tiers.directors.filter((each) => !drained.has(each) && !off.has(each));
  const proxies: readonly string[] = tiers.proxies;
  const isProxy = (node: string): boolean => proxies.includes(node);
  const verbs = [
    ...spare.filter(isProxy).map((proxy) => ({ verb: 'drain', proxy }) as const),
    ...[...drained].filter(isProxy).map((proxy) => ({ verb: 'undrain', proxy }) as const),
  ];
  return inService.flatMap((of, at) => {
    const or = inService[(at + 1) % inService.length] as string;
    return of === or
      ? []
      : verbs.map((verb) => ({ kind: 'late flip', of, or, ...verb, forMs }) as const);
  });
}

function after(away: Away, deed: Deed): Away {
  const { kind, of } = deed;
  const { drained, off, added } = away;
  switch (kind) {
    case 'late flip':
      return after(away, { kind: deed.verb, of: deed.proxy });
    case 'drain':
      return { ...away, drained: new Set([...drained, of]) };
    case 'undrain':
      return { ...away, drained: without(drained, of) };
    case 'off':
      return { ...away, off: new Set([...off, of]) };
    case 'on':
      return { ...away, off: without(off, of) };
    case 'add':
      return { ...away, added: new Set([...added, of]) };
    case 'upstream':
      return { ...away, upstream: of === 'r1' ? 'r1' : 'r2' };
    default:
      return away;
  }
}

function without(from: ReadonlySet<string>, node: string): ReadonlySet<string> {
  return new Set([...from].filter((each) => each !== node));
}

/** What undoes a sequence, in this order; nodes that were added stay. */
export function undoing(steps: readonly Step[]): readonly Deed[] {
  const done = steps.reduce((away, { deed }) => after(away, deed), nothingAway);
  return [
    ...(done.upstream === 'r1' ? [] : [{ kind: 'upstream', of: 'r1' } as const]),
    ...[...done.off].map((of) => ({ kind: 'on', of }) as const),
    ...[...done.drained].map((of) => ({ kind: 'undrain', of }) as const),
  ];
}

/** One line for people. */
export function wordsOf(deed: Deed): string {
  const more = 'forMs' in deed ? ` ${deed.forMs} ms` : '';
  const what = deed.kind === 'late flip' ? ` or ${deed.or}, ${deed.verb} ${deed.proxy}` : '';
  return `${deed.kind} ${deed.of}${what}${more}`;
}
