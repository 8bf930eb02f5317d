/**
 * A director as the one that answers ARP (RFC 826) and neighbour solicitations (RFC 4861) for VIPs on a segment without routers. Which director that is comes
 * live; here an address is put on a device, its neighbours are told, and it is taken off again.
 */
import {
  type Bundle,
  canonicalPrefix,
  type Driver,
  deviceKey,
  type Host,
  ipFamily,
  parsePrefix,
  type SpeakerLive,
  type SpeakerState,
  TricadeError,
} from '@tricade/cluster';
import { arpSpeakerCan } from '../capabilities.ts';
import { announcementDigest } from '../routing.ts';
import { tellScript } from './tell.ts';

type Answer = NonNullable<SpeakerState['answers']>[number];

/** What may be answered for, for people: one line a VIP. */
const listFile = '/etc/tricade/answers';
/** What this driver has put on devices since boot, so that it finds what no state names any more. */
const recordFile = '/run/tricade/answers';

/** Devices answer for their own addresses only: a VIP is on one of them, and the other must not claim it. */
function render({ answers = [] }: SpeakerState): Bundle {
  const key = (device: string) => deviceKey({ family: 4, device, leaf: 'arp_ignore' });
  const devices = [...new Set(answers.map(({ device }) => device))];
  const lines = answers.map(({ prefix, device }) => `${prefix} ${device}\n`).sort();
  return {
    role: 'speaker',
    packages: ['iproute2'],
    files: [{ path: listFile, mode: 0o644, content: { text: lines.join('') } }],
    sysctls: Object.fromEntries(devices.map((device) => [key(device), '1'])),
    checks: [],
    units: [],
    activate: [],
    hitless: true,
  };
}

interface Device {
  readonly ifname?: string;
  readonly addr_info?: readonly { readonly local: string; readonly prefixlen: number }[];
}

/** VIPs on the node's devices: those of the state, and those that an earlier one has left. Throws TRI-B05. */
async function held(host: Host, { answers = [] }: SpeakerState): Promise<readonly Answer[]> {
  const { code, stdout, stderr } = await host.run(
    `cat ${recordFile} 2>/dev/null; echo ---; ip -j addr show`,
  );
  try {
    if (code !== 0) throw new Error(stderr.trim());
    const [record = '', devices = ''] = stdout.split('---\n');
    const left = record.split('\n').flatMap((line): Answer[] => {
      const [prefix, device] = line.split(' ');
      return prefix === undefined || device === undefined ? [] : [{ prefix, device }];
    });
    const on = new Set(
      (JSON.parse(devices) as readonly Device[]).flatMap(({ ifname, addr_info = [] }) =>
        addr_info.map(
          ({ local, prefixlen }) => `${canonicalPrefix(`${local}/${prefixlen}`)} ${ifname}`,
        ),
      ),
    );
    return distinct([...answers, ...left]).filter((each) => on.has(lineOf(each)));
  } catch (cause) {
    throw new TricadeError('TRI-B05', 'the addresses of the node cannot be read', {
      node: host.name,
      cause,
    });
  }
}

function lineOf({ prefix, device }: Answer): string {
  return `${prefix} ${device}`;
}

function distinct(answers: readonly Answer[]): readonly Answer[] {
  return [...new Map(answers.map((each) => [lineOf(each), each])).values()];
}

/** VIPs that the node is to answer for: an address is there or is not, so one that is drained elsewhere is there like any other. */
function wanted({ answers = [] }: SpeakerState, { announcements }: SpeakerLive) {
  return answers.filter(({ prefix }) => ['up', 'drained'].includes(announcements[prefix] ?? ''));
}

/**
 * '' where nothing differs. IPv6 addresses skip the search for duplicates: another may still have it, and must be passed over at once. And they are deprecated: the
 * kernel would take a /128 as the source of what the node itself sends to addresses nearby (RFC 6724, rule 8), and such connections would end with the VIP.
 */
export function changeScript(have: readonly Answer[], want: readonly Answer[]): string {
  const without = (all: readonly Answer[], others: readonly Answer[]) => {
    const lines = new Set(others.map(lineOf));
    return all.filter((each) => !lines.has(lineOf(each)));
  };
  const [gone, fresh] = [without(have, want), without(want, have)];
  if (gone.length + fresh.length === 0) return '';
  const record = fresh.map((each) => recorded(lineOf(each)));
  const remove = gone.map(({ prefix, device }) => `ip addr del ${prefix} dev ${device}`);
  const add = fresh.map(({ prefix, device }) => {
    const isIpv6 = ipFamily(parsePrefix(prefix)?.address ?? '') === 6;
    return `ip addr add ${prefix} dev ${device}${isIpv6 ? ' nodad preferred_lft 0' : ''}`;
  });
  const lines = ['set -e', 'mkdir -p /run/tricade', ...record, ...remove, ...add];
  return `${lines.join('\n')}\n${tellScript(fresh)}`;
}

/** A VIP comes and goes as often as its holder changes; its line stays one. */
function recorded(line: string): string {
  return `grep -qxsF '${line}' ${recordFile} || echo '${line}' >> ${recordFile}`;
}

function digestOf(answers: readonly Answer[]): string {
  return announcementDigest(Object.fromEntries(answers.map(({ prefix }) => [prefix, 'up'])));
}

/** Role `speaker`. What `steer` returns is the digest of the VIPs that its devices have. */
export const arpSpeaker: Driver<SpeakerState, SpeakerLive> = {
  name: 'arp',
  role: 'speaker',
  can: arpSpeakerCan,
  render,
  async observe(host, state) {
    const { length } = await held(host, state);
    return { running: true, notes: [`answers for ${length} VIPs`] };
  },
  async steer(host, state, live) {
    const script = changeScript(await held(host, state), wanted(state, live));
    if (script !== '') {
      const { code, stderr } = await host.run(script);
      if (code !== 0) throw new TricadeError('TRI-B05', stderr.trim(), { node: host.name });
    }
    return digestOf(await held(host, state));
  },
  async sample(host, state) {
    const announcing = (await held(host, state)).map(({ prefix }) => prefix).sort();
    return { atMs: Date.now(), announcing };
  },
  liveDigest: (state, live) => digestOf(wanted(state, live)),
};
