/** Brings a new nginx.conf to life in a running proxy, and finds out whether it did. */
import { controlSocket, emergencyLog, unitName } from './paths.ts';

/**
 * Clients are told to close first: at a reload nginx closes idle ones whether or not a request of theirs is under way. Those that ask again within a
 * second are gone before; nobody waits for the others.
 *
 * `systemctl reload` says nothing of what the master makes of the signal: a file that passes the check may still fail (a port in use), and then the
 * old workers go on serving. So a worker is asked until one of a newer configuration answers, or the master has written why there is none.
 * Perl is on every Debian; nothing else there speaks to Unix sockets.
 */
export const activateScript: string = `perl - <<'END'
use strict;
use IO::Socket::UNIX;
sub ask {
  my ($command) = @_;
  my $socket = IO::Socket::UNIX->new(Peer => '${controlSocket}') or return '';
  print $socket "GET /$command HTTP/1.0\\r\\n\\r\\n";
  $socket->flush;
  local $/;
  return <$socket> // '';
}
sub cycle { my ($cycle) = ask('state') =~ /^nginx .* cycle (\\d+) exiting 0 /m; return $cycle }
sub emergencies {
  open(my $log, '<', '${emergencyLog}') or return '';
  local $/;
  return <$log> // '';
}
sub wait_a_little { select(undef, undef, undef, 0.05) }
my $old = cycle() or die "the proxy does not answer on its control socket\\n";
my $before = length emergencies();
ask('leave');
for (1 .. 20) {
  last if ask('idle') =~ /^idle 0$/m;
  wait_a_little();
}
if (system('systemctl', 'reload', '${unitName}') != 0) { ask('stay'); die "systemctl reload failed\\n" }
for (1 .. 600) {
  my $new = cycle();
  exit 0 if defined $new && $new > $old;
  my $said = substr emergencies(), $before;
  if ($said =~ /\\[emerg\\] .*?: (?!bind\\(\\) to)(.*)/) {
    ask('stay');
    my ($bind) = $said =~ /(bind\\(\\) to .*)/;
    die "nginx did not take the new file; the old workers go on: ", $bind // $1, "\\n";
  }
  wait_a_little();
}
ask('stay');
die "no worker with the new file after 30 s\\n";
END`;
