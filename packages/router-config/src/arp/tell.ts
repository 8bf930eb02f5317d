/** Words to all neighbours that a VIP is here now: an ARP announcement (RFC 5227, section 2.3), an unsolicited neighbour advertisement (RFC 4861, section 7.2.6). */
import { ipFamily, parsePrefix } from '@tricade/cluster';

/**
 * Told so often, so many seconds apart: a frame may be lost, nobody answers one, and Linux takes no news of a neighbour in the second after the last (its
 * `locktime`).
 */
const times = 5;
const apartS = 0.4;

/**
 * Perl is on every Debian, and no other program of its base sends such frames. Arguments: device, MAC, then addresses. ICMPv6's sum is over the
 * pseudo-header (RFC 8200, section 8.1).
 */
const program = `use Socket qw(inet_pton AF_INET AF_INET6);
my ($device, $mac, @vips) = @ARGV;
my $own = pack("H12", $mac =~ s/://gr);
my %index = map { (split /: /)[1] =~ s/@.*//r => (split /: /)[0] } split /\\n/, qx(ip -o link show);
socket(my $wire, 17, 3, 0) or die $!;
sub frame { my ($to, $type, $body) = @_;
  send($wire, $to . $own . pack("n", $type) . $body, 0, pack("SnlSCCa8", 17, $type, $index{$device}, 1, 0, 6, $to)) // die $! }
sub sum { my $sum = 0; $sum += $_ for unpack "n*", $_[0]; $sum = ($sum & 0xffff) + ($sum >> 16) while $sum > 0xffff; 0xffff & ~$sum }
for my $turn (1 .. ${times}) {
  for my $vip (@vips) {
    if ($vip =~ /:/) {
      my ($from, $to) = (inet_pton(AF_INET6, $vip), inet_pton(AF_INET6, "ff02::1"));
      my $say = sub { pack("CCnN", 136, 0, $_[0], 0x20000000) . $from . pack("CC", 2, 1) . $own };
      my $said = $say->(sum($from . $to . pack("NN", 32, 58) . $say->(0)));
      frame(pack("H12", "333300000001"), 0x86dd, pack("NnCC", 0x60000000, 32, 58, 255) . $from . $to . $said);
    } else {
      my $at = inet_pton(AF_INET, $vip);
      frame("\\xff" x 6, 0x0806, pack("nnCCn", 1, 0x0800, 6, 4, 1) . $own . $at . ("\\0" x 6) . $at);
    }
  }
  select(undef, undef, undef, ${apartS}) if $turn < ${times};
}
`;

/** Script that tells of VIPs which were just put on devices; '' where none was. It does not wait for its last words. */
export function tellScript(
  fresh: readonly { readonly prefix: string; readonly device: string }[],
): string {
  const byDevice = new Map<string, string[]>();
  for (const { prefix, device } of fresh) {
    const address = parsePrefix(prefix)?.address;
    if (address === undefined || ipFamily(address) === 0) continue;
    byDevice.set(device, [...(byDevice.get(device) ?? []), address]);
  }
  return [...byDevice]
    .map(
      ([device, vips]) =>
        `perl -e '${program}' ${device} "$(cat '/sys/class/net/${device}/address')" ${vips.join(' ')} </dev/null >/dev/null 2>&1 &\n`,
    )
    .join('');
}
