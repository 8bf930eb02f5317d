/** Brings a new haproxy.cfg to life in a running proxy, and finds out whether it did. */
import { configPath, masterSocket, runtimeSocket, unitName } from './paths.ts';

/**
 * `systemctl reload` says nothing of what the master makes of the signal: a file that passes the check may still fail (a port in use), and then
 * the old worker goes on serving. So the master is asked (management guide 2.6, section 9.4, `show proc`) until it has a new worker, or
 * counts a failure.
 *
 * Then ports: HAProxy takes a server's port from the live file, even where the configuration now says another one, so servers whose
 * port differs are set right. Perl is on every Debian; nothing else there speaks to Unix sockets.
 */
export const activateScript: string = `perl - <<'END'
use strict;
use IO::Socket::UNIX;
sub ask {
  my ($path, $command) = @_;
  my $socket = IO::Socket::UNIX->new(Peer => $path) or return '';
  print $socket "$command\\nquit\\n";
  $socket->flush;
  local $/;
  return <$socket> // '';
}
sub proc {
  my $text = ask('${masterSocket}', 'show proc');
  my ($failed) = $text =~ /\\[failed: (\\d+)\\]/ or return;
  my ($workers) = $text =~ /^# workers\\n(.*?)^#/ms;
  my ($pid) = ($workers // '') =~ /^(\\d+)/m;
  return ($failed, $pid // 0);
}
my ($failed, $old) = proc() or die "the proxy's master does not answer\\n";
system('systemctl', 'reload', '${unitName}') == 0 or die "systemctl reload failed\\n";
my $done = 0;
for (1 .. 600) {
  my ($failures, $new) = proc();
  die "HAProxy could not start a worker with the new file; the old one goes on\\n" if defined $failures && $failures > $failed;
  if (defined $failures && $new && $new != $old) { $done = 1; last }
  select(undef, undef, undef, 0.05);
}
die "no new worker after 30 s\\n" unless $done;
my %port;
my $pool = '';
open(my $file, '<', '${configPath}') or die "${configPath}: $!\\n";
while (<$file>) {
  $pool = $1 if /^backend (\\S+)/;
  $port{"$pool/$1"} = [$2, $3] if /^  server (\\S+) (\\S+):(\\d+)/;
}
my @repairs;
for (split /\\n/, ask('${runtimeSocket}', 'show servers state')) {
  my @field = split / /;
  next unless @field > 18 && $port{"$field[1]/$field[3]"};
  my ($address, $port) = @{ $port{"$field[1]/$field[3]"} };
  $address =~ s/[][]//g;
  push @repairs, "set server $field[1]/$field[3] addr $address port $port" if $field[18] != $port;
}
ask('${runtimeSocket}', $_) for @repairs;
END`;
