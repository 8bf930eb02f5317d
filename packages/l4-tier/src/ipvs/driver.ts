/** The kernel's IPVS as a director: NAT, DR and TUN, flows in the kernel's own memory, told to the other directors. */
import type { DirectorLive, DirectorState, Driver, Host, Observed, Sample } from '@tricade/cluster';
import { TricadeError } from '@tricade/cluster';
import { ipvsDirectorCan } from '../capabilities.ts';
import {
  byMember,
  lacking,
  listingScript,
  listings,
  parseListing,
  readTable,
  saveScript,
  standingScript,
  unreadable,
} from './observe.ts';
import { ipvsBundle } from './render.ts';
import { virtualServices } from './services.ts';
import {
  changeLines,
  type IpvsTable,
  ipvsDigest,
  limited,
  parseTable,
  tableDigest,
  tableLines,
  wantedTable,
} from './table.ts';

const changeMark = '#change';

/**
 * `ipvsadm --restore` hands the kernel one line after the other: a line that it cannot read ends it, one that the kernel refuses is only said, and
 * the lines before stay. So the change is rehearsed first, on a copy of the services that it speaks of, in a network namespace of its own, where
 * the same kernel judges it. Only what went through there reaches the director. (With loopback down that kernel takes any address for a broadcast.)
 */
const changeScript = `t=$(mktemp -d /run/tricade-ipvs.XXXXXX) || exit 99
trap 'rm -rf "$t"' EXIT
cat >"$t/all"
sed '/^${changeMark}$/d' "$t/all" >"$t/rehearsal"
awk 'after; /^${changeMark}$/ { after = 1 }' "$t/all" >"$t/change"
said=$(unshare -n sh -c 'ip link set lo up && ipvsadm -R' <"$t/rehearsal" 2>&1) && [ -z "$said" ] || { echo "rehearsal: $said" >&2; exit 99; }
said=$(ipvsadm -R <"$t/change" 2>&1) && [ -z "$said" ] || { echo "$said" >&2; exit 99; }
${saveScript}`;

/** Brings the kernel from what was read to what is wanted, and reads it again. Throws TRI-D31, TRI-D32. */
async function change(host: Host, have: IpvsTable, want: IpvsTable): Promise<IpvsTable> {
  const lines = changeLines(have, want);
  if (lines.length === 0) return have;
  const touched = new Set(lines.map((line) => / (-[tuf] \S+(?: -6)?)/.exec(line)?.[1]));
  const copy = tableLines(new Map([...have].filter(([key]) => touched.has(key))));
  const stdin = [...copy, changeMark, ...lines, ''].join('\n');
  const { code, stdout, stderr } = await host.run(changeScript, { stdin });
  if (code === 99) {
    const said = stderr.trim().split('\n').join('; ');
    throw new TricadeError('TRI-D31', said, { node: host.name });
  }
  if (code !== 0) throw unreadable(host, stderr);
  return parseTable(stdout);
}

/** Whoever else has services in the kernel keeps them: they are neither changed nor in the digest. */
async function steer(host: Host, state: DirectorState, live: DirectorLive): Promise<string> {
  const want = wantedTable(state, live);
  const have = await readTable(host);
  return tableDigest(limited(await change(host, have, want), want));
}

async function observe(host: Host, state: DirectorState): Promise<Observed> {
  const { stdout } = await host.run(standingScript);
  const missing = lacking(state, stdout);
  const table = parseTable(stdout);
  const ours = virtualServices(state).flatMap(({ key }) => table.get(key) ?? []);
  const reals = ours.flatMap((service) => [...service.reals.values()]);
  const taking = reals.filter(({ weight }) => weight > 0).length;
  const counts = `${ours.length} services, ${reals.length} reals in them, ${taking} take new flows`;
  return { running: missing.length === 0, notes: [...missing, counts] };
}

/** Flows are entries of the kernel's memory, those that it heard of from other directors included; closing ones stay for a while. */
async function sample(host: Host, state: DirectorState): Promise<Sample> {
  const { code, stdout, stderr } = await host.run(listingScript);
  if (code !== 0) throw unreadable(host, stderr);
  const services = virtualServices(state);
  const [connections, stats] = listings(stdout);
  return {
    atMs: Date.now(),
    flows: byMember(
      services,
      parseListing(connections),
      ([, active = 0, inactive = 0]) => active + inactive,
    ),
    counters: byMember(services, parseListing(stats), ([, packets = 0]) => packets),
  };
}

/** What `steer` returns equals `ipvsDigest(state, live)` once the kernel holds it. */
export const ipvsDirector: Driver<DirectorState, DirectorLive> = {
  name: 'ipvs',
  role: 'director',
  can: ipvsDirectorCan,
  render: ipvsBundle,
  observe,
  steer: (host, state, live) => steer(host, state, live),
  sample,
  liveDigest: ipvsDigest,
};
