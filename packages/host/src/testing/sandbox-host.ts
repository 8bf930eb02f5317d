/**
 * A machine in a folder: real files, the real shell, the real installer; systemd, apt and sysctl are small scripts that keep their state in the
 * folder. For tests that need a machine but no root.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Host } from '@tricade/cluster';
import { localHost } from '../local-host.ts';

export interface SandboxHost extends Host {
  /** The folder taken for `/`. */
  readonly root: string;
  /** `user:group` under which the sandbox can own files. */
  readonly owner: string;
  /** Calls of systemctl, apt-get and sysctl that change something, in order, e.g. `systemctl start a.service`. */
  calls(): readonly string[];
  /** Makes `systemctl start` of a unit fail from now on, or work again. */
  breakUnit(unit: string, broken: boolean): void;
  /** A unit as if it had died. */
  kill(unit: string): void;
  /** Removes the folder. */
  dispose(): void;
}

/** A fresh machine: Debian 12 in name, nothing installed. */
export function sandboxHost(name = 'sandbox'): SandboxHost {
  const root = mkdtempSync(join(tmpdir(), 'tricade-sandbox-'));
  const state = join(root, 'run/sandbox');
  const bin = join(root, 'run/sandbox/bin');
  for (const folder of [
    bin,
    join(state, 'active'),
    join(state, 'broken'),
    join(state, 'enabled'),
  ]) {
    mkdirSync(folder, { recursive: true });
  }
  mkdirSync(join(root, 'etc'), { recursive: true });
  writeFileSync(join(root, 'etc/os-release'), 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n');
  for (const [command, script] of Object.entries(commands)) {
    writeFileSync(join(bin, command), `#!/bin/sh\nS="$TRICADE_ROOT/run/sandbox"\n${script}`);
    chmodSync(join(bin, command), 0o755);
  }
  const host = localHost({ name, root, env: { PATH: `${bin}:${process.env.PATH ?? ''}` } });
  const log = join(state, 'calls');
  const broken = (unit: string) => join(state, 'broken', unit);
  return {
    name,
    root,
    owner: ownName(),
    run: host.run.bind(host),
    read: host.read.bind(host),
    write: host.write.bind(host),
    remove: host.remove.bind(host),
    connect: host.connect.bind(host),
    close: host.close.bind(host),
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    breakUnit: (unit, on) =>
      on ? writeFileSync(broken(unit), '') : rmSync(broken(unit), { force: true }),
    kill: (unit) => rmSync(join(state, 'active', unit), { force: true }),
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

function ownName(): string {
  const { username, gid } = userInfo();
  const groups = readFileSync('/etc/group', 'utf8').split('\n');
  const group = groups.find((line) => line.split(':')[2] === String(gid))?.split(':')[0];
  return `${username}:${group ?? username}`;
}

const systemctl = `verb="$1"; shift; now=; units=
while [ $# -gt 0 ]; do case "$1" in --now) now=1;; -*) ;; *) units="$units $1";; esac; shift; done
note() { echo "systemctl $verb$units" >>"$S/calls"; }
state() { [ -e "$S/active/$1" ] && echo active || { [ -e "$S/broken/$1" ] && echo failed || echo inactive; }; }
run() { if [ -e "$S/broken/$1" ]; then rm -f "$S/active/$1"; echo "Job for $1 failed."; exit 1; else : >"$S/active/$1"; fi; }
case "$verb" in
show) for u in $units; do [ -L "$TRICADE_ROOT/etc/systemd/system/$u" ] && e=masked || { [ -e "$S/enabled/$u" ] && e=enabled || e=disabled; }
  printf 'Id=%s\\nActiveState=%s\\nUnitFileState=%s\\n\\n' "$u" "$(state "$u")" "$e"; done;;
is-active) r=0; for u in $units; do s="$(state "$u")"; echo "$s"; [ "$s" = active ] || r=3; done; exit $r;;
status) for u in $units; do echo "$u: $(state "$u")"; done;;
reset-failed) ;;
start|restart) note; for u in $units; do run "$u"; done;;
try-restart) for u in $units; do [ -e "$S/enabled/$u" ] || { echo "Unit $u not found." >&2; exit 5; }; [ ! -e "$S/active/$u" ] || { note; run "$u"; }; done;;
reload) note; for u in $units; do [ -e "$S/active/$u" ] || exit 1; done;;
stop) note; for u in $units; do rm -f "$S/active/$u"; done;;
enable) note; for u in $units; do : >"$S/enabled/$u"; [ -z "$now" ] || run "$u"; done;;
disable) note; for u in $units; do rm -f "$S/enabled/$u"; [ -z "$now" ] || rm -f "$S/active/$u"; done;;
mask) note; mkdir -p "$TRICADE_ROOT/etc/systemd/system"; for u in $units; do ln -sf /dev/null "$TRICADE_ROOT/etc/systemd/system/$u"; [ -z "$now" ] || rm -f "$S/active/$u"; rm -f "$S/enabled/$u"; done;;
daemon-reload) note;;
*) echo "systemctl $verb: not in the sandbox" >&2; exit 1;;
esac
`;

/** A package named `missing-…` is in no archive. Installing notes whether daemons were kept from starting. */
const aptGet = `verb=; names=
while [ $# -gt 0 ]; do case "$1" in -o) shift;; -*) ;; install|update) verb="$1";; *) names="$names $1";; esac; shift; done
p=free; [ -x "$TRICADE_ROOT/usr/sbin/policy-rc.d" ] && ! "$TRICADE_ROOT/usr/sbin/policy-rc.d" && p=kept
echo "apt-get $verb$names ($p)" >>"$S/calls"
for n in $names; do case "$n" in missing-*) echo "E: Unable to locate package $n" >&2; exit 100;; esac; done
for n in $names; do echo "$n" >>"$S/packages"; done
`;

const dpkgQuery = `while [ "$1" != -- ]; do shift; done; shift
for n; do grep -qx -- "$n" "$S/packages" 2>/dev/null && echo "$n installed 1.0"; done; exit 0
`;

const sysctl = `for f; do :; done; echo "sysctl \${f#"$TRICADE_ROOT"}" >>"$S/calls"
`;

const commands: Readonly<Record<string, string>> = {
  systemctl,
  'apt-get': aptGet,
  'dpkg-query': dpkgQuery,
  sysctl,
};
