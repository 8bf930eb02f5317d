/** Brings the maps of a receiver's program to a live state, reads them back, and sends a packet through. */
import { type Host, type ReceiverLive, type ReceiverState, TricadeError } from '@tricade/cluster';
import { type HelperClient, type HelperStatus, helperOf } from '../xdp/helper-client.ts';
import { checkCanaryFault } from './check-canary.ts';
import { type CheckContents, checkChanges, checkContents, checkDigest } from './check-maps.ts';
import { checkProgram } from './check-parts.ts';
import { proxyReasons } from './proxy-maps.ts';

/** Digest of the reals that the program knows. Throws TRI-D04, TRI-D08, TRI-D20, TRI-D21. */
export async function steerCheck(
  host: Host,
  state: ReceiverState,
  live: ReceiverLive,
): Promise<string> {
  const client = await helperOf(host);
  const status = await standing(client, state);
  const mac = status.devices[state.device]?.mac;
  if (mac === undefined)
    throw new TricadeError('TRI-D08', `there is no device ${state.device}`, { node: state.node });
  const want = checkContents(state, live, mac);
  const requests = checkChanges(await held(client, status), want);
  await Promise.all(requests.map((request) => client.ask(request)));
  if (requests.length > 0 && checkChanges(await held(client, status), want).length > 0)
    throw new TricadeError('TRI-D04', 'the socket check holds something else than was written', {
      node: state.node,
    });
  const fault = await checkCanaryFault(client, { state, live, mac });
  if (fault !== undefined) throw new TricadeError('TRI-D08', fault, { node: state.node });
  return checkDigest(state, live);
}

/** Loaded and at its device; loaded or attached again where it is not: the device may have come anew. */
async function standing(client: HelperClient, state: ReceiverState): Promise<HelperStatus> {
  let status = await client.status();
  if (status.loaded === undefined) status = await client.status('load');
  if (!isAttached(status, state)) status = await client.status('attach');
  if (isAttached(status, state)) return status;
  throw new TricadeError('TRI-D08', `no program of ours is attached to ${state.device}`, {
    node: state.node,
  });
}

function isAttached(status: HelperStatus, { device }: ReceiverState): boolean {
  return status.attached.some((each) => each.device === device && each.program === checkProgram);
}

async function held(client: HelperClient, status: HelperStatus): Promise<CheckContents> {
  const [vips, senders, reals, config] = await Promise.all([
    client.bytes('dump vips'),
    client.bytes('dump senders'),
    client.bytes(`read reals 0 ${status.maps['reals'] ?? 1}`),
    client.bytes('read proxy_config 0 1'),
  ]);
  return {
    vips: entriesOf(vips, 24),
    senders: entriesOf(senders, 24),
    reals: realsOf(reals),
    config: config.toString('hex'),
  };
}

const prefixKeyBytes = 20;

/** Keys of prefixes and their values, one behind the other. */
function entriesOf(bytes: Buffer, size: number): ReadonlyMap<string, string> {
  const text = bytes.toString('hex');
  const count = bytes.length / size;
  return new Map(
    Array.from({ length: count }, (_, i) => {
      const entry = text.slice(i * size * 2, (i + 1) * size * 2);
      return [entry.slice(0, prefixKeyBytes * 2), entry.slice(prefixKeyBytes * 2)] as const;
    }),
  );
}

const realBytes = 32;

function realsOf(bytes: Buffer): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (let id = 0; (id + 1) * realBytes <= bytes.length; id++) {
    const value = bytes.subarray(id * realBytes, (id + 1) * realBytes);
    if (value.some((byte) => byte !== 0)) found.set(id, value.toString('hex'));
  }
  return found;
}

/** What of the program is not as it should be, as sentences for people. */
export async function checkNotes(
  host: Host,
  state: ReceiverState,
): Promise<{ readonly running: boolean; readonly notes: readonly string[] }> {
  const status = await helperOf(host)
    .then((client) => client.status())
    .catch((error: Error) => error);
  if (status instanceof Error) return { running: false, notes: [status.message] };
  const { device, bpf } = state;
  const own = status.attached.filter((each) => each.device === device);
  const isOther = bpf !== undefined && status.loaded !== bpf.object.sha256;
  return {
    running: status.loaded !== undefined && isAttached(status, state),
    notes: [
      ...(status.loaded === undefined ? ['no program is loaded'] : []),
      ...(isOther && status.loaded !== undefined ? ['another program is loaded'] : []),
      ...(own.length === 0 ? [`no program is attached to ${device}`] : []),
      ...own.map(({ program, mode }) => `${program} is attached to ${device} (${mode})`),
    ],
  };
}

/** Packets by what became of them (`socket-check/WORD`) since the maps were made; none of those that never came. */
export async function checkCounters(host: Host): Promise<Readonly<Record<string, number>>> {
  const client = await helperOf(host);
  const reasons = Object.entries(proxyReasons);
  const count = Math.max(...reasons.map(([, index]) => index)) + 1;
  const sums = await client.bytes(`sum proxy_counters 0 ${count}`);
  return Object.fromEntries(
    reasons.flatMap(([word, index]) => {
      const packets = Number(sums.readBigUInt64LE(index * 8));
      return packets === 0 ? [] : [[`socket-check/${word}`, packets]];
    }),
  );
}
