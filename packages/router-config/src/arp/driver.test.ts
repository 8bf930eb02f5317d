import { spawnSync } from 'node:child_process';
import type { SpeakerLive, SpeakerState } from '@tricade/cluster';
import { describe, expect, test } from 'vitest';
import { arpSpeaker, changeScript } from './driver.ts';

const state: SpeakerState = {
  node: 'l4a',
  routerId: '192.0.2.11',
  asn: 64_513,
  peers: [],
  holdTimeMs: 9_000,
  prefixes: ['192.0.2.10/32', '2001:db8::10/128'],
  answers: [
    { prefix: '192.0.2.10/32', device: 'lan' },
    { prefix: '2001:db8::10/128', device: 'lan.5' },
  ],
};
const live = (how: SpeakerLive['announcements'][string]): SpeakerLive => ({
  announcements: Object.fromEntries(state.prefixes.map((prefix) => [prefix, how])),
});

test('devices answer for their own addresses only; the list is for people', () => {
  const { files, sysctls } = arpSpeaker.render(state);
  expect(sysctls).toEqual({
    'net.ipv4.conf.lan.arp_ignore': '1',
    'net/ipv4/conf/lan.5/arp_ignore': '1',
  });
  expect(files.map(({ content }) => content)).toEqual([
    { text: '192.0.2.10/32 lan\n2001:db8::10/128 lan.5\n' },
  ]);
});

test.for([
  ['up', 'announces 192.0.2.10/32=up 2001:db8::10/128=up'],
  ['withdrawn', 'announces'],
  ['last-resort', 'announces'],
] as const)('%s: what is to be read back', ([how, want]) => {
  expect(arpSpeaker.liveDigest(state, live(how))).toBe(want);
});

describe('changes', () => {
  const [four = { prefix: '', device: '' }, six = { prefix: '', device: '' }] = state.answers ?? [];
  test('nothing for what is there', () => expect(changeScript([four], [four])).toBe(''));
  test('what goes goes first, and is told to nobody', () => {
    const script = changeScript([four], [six]);
    expect(script.indexOf('addr del')).toBeLessThan(script.indexOf('addr add'));
    expect(changeScript([four], [])).not.toContain('perl');
  });
  test('what the node itself sends is not from an IPv6 VIP, and the record has a line a VIP', () => {
    const lan = { prefix: '2001:db8::10/128', device: 'lan' };
    const play = `set -e; mount -t tmpfs tmpfs /run; mount -t sysfs sysfs /sys; ip link add lan type veth peer name other; ip link set lan up; ip link set other up
      ip addr add 2001:db8::1/64 dev lan nodad; for turn in 1 2; do sh -e -c "$0"; sh -e -c "$1"; done; sh -e -c "$0"
      ip -6 route get 2001:db8::11 | grep -o 'src [^ ]*'; cat /run/tricade/answers; ip -6 addr show dev lan | grep -o '[^ ]*/128'`;
    const [takes, gives] = [changeScript([], [lan]), changeScript([lan], [])];
    const { stdout, stderr } = spawnSync('unshare', ['-Urnm', 'sh', '-c', play, takes, gives], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    const want = 'src 2001:db8::1\n2001:db8::10/128 lan\n2001:db8::10/128\n';
    expect(stdout, stderr).toBe(want);
  });
});

/** The words to the neighbours, as another device reads them off the wire. */
test('neighbours read the announcement: the VIP is at the MAC of the device', () => {
  const answers = [
    { prefix: '192.0.2.10/32', device: 'lan' },
    { prefix: '2001:db8::10/128', device: 'lan' },
  ];
  const play = `set -e; mount -t tmpfs tmpfs /run; mount -t sysfs sysfs /sys; ip link add lan address 02:00:00:00:00:11 type veth peer name other; ip link set lan up; ip link set other up
    ip addr add 192.0.2.9/24 dev other; ip addr add 2001:db8::9/64 dev other nodad; sysctl -qw net.ipv4.conf.other.arp_accept=1 net.ipv4.neigh.other.locktime=0 net.ipv6.conf.other.accept_untracked_na=1
    ip neigh add 192.0.2.10 dev other lladdr 02:00:00:00:00:99 nud stale; ip neigh add 2001:db8::10 dev other lladdr 02:00:00:00:00:99 nud stale
    sh -e -c "$0"
    i=0; until [ "$(ip neigh show dev other | grep -c '::10 .*00:11\\|2.10 .*00:11')" = 2 ]; do i=$((i + 1)); [ $i -lt 200 ] || { ip neigh show dev other >&2; exit 1; }; sleep 0.01; done`;
  const { status, stderr } = spawnSync(
    'unshare',
    ['-Urnm', 'sh', '-c', play, changeScript([], answers)],
    { encoding: 'utf8', timeout: 20_000 },
  );
  expect(status, stderr).toBe(0);
});
