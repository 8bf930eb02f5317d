/** State and live state of a receiver → the contents of its program's maps, and the requests that bring them there. Pure. */
import { createHash } from 'node:crypto';
import { parsePrefix, type ReceiverLive, type ReceiverState } from '@tricade/cluster';
import { prefixKey, realValue } from '../xdp/abi.ts';
import { numberValue, proxyConfigValue, senderKinds } from './proxy-maps.ts';
import { heldOf } from './render.ts';

/** Keys and values hexadecimal. */
export type Entries = ReadonlyMap<string, string>;

export interface CheckContents {
  readonly vips: Entries;
  readonly senders: Entries;
  /** By id; ids that nobody has hold zeros and are left out. */
  readonly reals: ReadonlyMap<number, string>;
  readonly config: string;
}

/** `mac`: of the device. Throws TRI-D06 where a VIP is none. */
export function checkContents(
  state: ReceiverState,
  live: ReceiverLive,
  mac: string,
): CheckContents {
  const { socketCheck: check } = state;
  if (check === undefined) throw new RangeError(`${state.node} has no socket check`);
  return {
    vips: new Map(state.vips.map((vip) => [keyOfPrefix(heldOf(vip).prefix), hex(numberValue(1))])),
    senders: sendersOf(state),
    reals: realsOf(state, live),
    config: hex(proxyConfigValue({ ...check, mac })),
  };
}

/** Directors come last: one that is a proxy too is a director. */
function sendersOf({ node, directors, socketCheck: check }: ReceiverState): Entries {
  const others = check?.reals.flatMap(({ name, addresses }) => (name === node ? [] : addresses));
  const kind = check?.namesSecond === true ? senderKinds.director : senderKinds.plain;
  const entry = (address: string, number: number) =>
    [hex(prefixKey(address, address.includes(':') ? 128 : 32)), hex(numberValue(number))] as const;
  const spread = (check?.sources ?? []).map(
    (cidr) => [keyOfPrefix(cidr), hex(numberValue(kind))] as const,
  );
  return new Map([
    ...spread,
    ...(others ?? []).map((address) => entry(address, senderKinds.proxy)),
    ...directors.map((address) => entry(address, kind)),
  ]);
}

/** A real whose MAC is not known gets nothing; its id is known all the same. */
function realsOf(
  { socketCheck: check }: ReceiverState,
  live: ReceiverLive,
): ReadonlyMap<number, string> {
  if (check?.namesSecond !== true) return new Map();
  return new Map(
    check.reals.map(({ id, address, addresses }) => {
      const mac = live.reals[address]?.toLowerCase();
      return [id, hex(realValue(mac, addresses))] as const;
    }),
  );
}

function keyOfPrefix(prefix: string): string {
  const { address, length } = parsePrefix(prefix) ?? { address: prefix, length: 128 };
  return hex(prefixKey(address, length));
}

function hex(value: Buffer): string {
  return value.toString('hex');
}

/** What `steer` returns once the reals are in the map: SHA-256 (hex) over ids and values. */
export function checkDigest(state: ReceiverState, live: ReceiverLive): string {
  const hash = createHash('sha256');
  for (const [id, value] of [...realsOf(state, live)].sort(([one], [other]) => one - other))
    hash.update(`${id} ${value}\n`);
  return hash.digest('hex');
}

/**
 * Requests to the helper, in the order in which packets may meet them: whom to hand on to and what to take comes before the configuration, what is no
 * longer so goes after it.
 */
export function checkChanges(have: CheckContents, want: CheckContents): readonly string[] {
  const [vips, senders] = [
    difference(have.vips, want.vips),
    difference(have.senders, want.senders),
  ];
  const reals = difference(byKey(have.reals), byKey(want.reals));
  return [
    ...put('reals', [...reals.set, ...reals.gone.map((key) => [key, silentReal] as const)]),
    ...put('vips', vips.set),
    ...put('senders', senders.set),
    ...(have.config === want.config ? [] : [`write proxy_config 0 ${base64(want.config)}`]),
    ...drop('senders', senders.gone),
    ...drop('vips', vips.gone),
  ];
}

const silentReal = '00'.repeat(32);

function byKey(reals: ReadonlyMap<number, string>): Entries {
  return new Map([...reals].map(([id, value]) => [hex(numberValue(id)), value]));
}

function difference(have: Entries, want: Entries) {
  return {
    set: [...want].filter(([key, value]) => have.get(key) !== value),
    gone: [...have.keys()].filter((key) => !want.has(key)),
  };
}

function put(map: string, pairs: readonly (readonly [string, string])[]): readonly string[] {
  return pairs.length === 0 ? [] : [`put ${map} ${base64(pairs.flat().join(''))}`];
}

function drop(map: string, keys: readonly string[]): readonly string[] {
  return keys.length === 0 ? [] : [`drop ${map} ${base64(keys.join(''))}`];
}

function base64(text: string): string {
  return Buffer.from(text, 'hex').toString('base64');
}
