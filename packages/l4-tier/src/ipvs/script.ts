/** The script that puts a generation into the kernel, and its unit. Pure. */
import {
  appliedFolder,
  loadScript,
  marksFile,
  marksTable,
  servicesFile,
  vipsFile,
} from './names.ts';

/** What of a director the script names. */
export interface ScriptInput {
  readonly device: string;
  /** Directors with the same number tell one another of their flows. */
  readonly syncId: number;
  /** Multicast group of that talk; '' leaves the kernel's own, 224.0.0.81. */
  readonly syncGroup: string;
}

/**
 * `load` makes the kernel agree with the files: VIPs are its own, services are declared, marks are set, and the director tells others of its flows
 * and hears of theirs. A service or VIP that stays is not touched, and keeps its reals and flows; one that an earlier file named and this one does
 * not is taken away. `check` lets the real programs judge the staged files in a network namespace of their own.
 */
export function scriptText({ device, syncId, syncGroup }: ScriptInput): string {
  const group = syncGroup === '' ? '' : ` --mcast-group ${syncGroup}`;
  return `#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
SERVICES=${servicesFile}
VIPS=${vipsFile}
MARKS=${marksFile}
APPLIED=${appliedFolder}
SYNC='--mcast-interface ${device} --syncid ${syncId}${group}'
SYNCED='(mcast=${device}, syncid=${syncId},'

# Lines for ipvsadm: services of the list, new ones or as they are to be now, and those of the former list that are gone
changes() {
  ipvsadm -Sn | awk -v list="$1" -v former="$2" '
    function key() { return $2 " " $3 ($4 == "-6" ? " -6" : "") }
    BEGIN {
      while ((getline < list) > 0) { wanted[key()] = 1; line[++n] = $0; name[n] = key() }
      while ((getline < former) > 0) { if (!(key() in wanted)) gone[key()] = 1 }
    }
    /^-A / { have[key()] = 1 }
    END {
      for (i = 1; i <= n; i++) { if (name[i] in have) sub(/^-A/, "-E", line[i]); print line[i] }
      for (k in gone) if (k in have) print "-D " k
    }'
}

# ipvsadm says what the kernel refuses, and goes on all the same
restore() {
  said=$(ipvsadm -R 2>&1) && [ -z "$said" ] || { echo "ipvsadm: $said" >&2; exit 1; }
}

# Local routes of a list of VIPs: one program a family, however many there are
vips() {
  for family in 4 6; do
    awk -v verb="$1" -v six=$((family == 6)) '(index($0, ":") > 0) == six { print "route", verb, "local", $0, "dev lo" }' "$2" | ip -$family -force -batch -
  done
}

daemon() {
  ipvsadm -L --daemon | grep -qF "$1 sync daemon $SYNCED" && return
  ipvsadm --stop-daemon "$1" 2>/dev/null || true
  [ "\${2:-start}" = stop ] || ipvsadm --start-daemon "$1" $SYNC
}

# list of VIPs, list of services
agree() {
  mkdir -p "$APPLIED"
  touch "$APPLIED/vips" "$APPLIED/services"
  vips replace "$1"
  changes "$2" "$APPLIED/services" >"$APPLIED/changes"
  restore <"$APPLIED/changes"
  awk -v list="$1" 'BEGIN { while ((getline line < list) > 0) wanted[line] = 1 } !($0 in wanted)' "$APPLIED/vips" >"$APPLIED/gone"
  vips del "$APPLIED/gone" 2>/dev/null || true
  cat "$1" >"$APPLIED/vips"
  cat "$2" >"$APPLIED/services"
}

case "\${1:-load}" in
  check)
    modprobe -q ip_vs 2>/dev/null || true
    [ -e /proc/net/ip_vs ] || { echo 'this kernel has no IPVS (module ip_vs)' >&2; exit 1; }
    unshare -n sh -c 'said=$(ipvsadm -R 2>&1) && [ -z "$said" ] || { echo "ipvsadm: $said" >&2; exit 1; }' <"$2"
    nft -c -f "$3" ;;
  load)
    modprobe -q ip_vs 2>/dev/null || true
    nft -f "$MARKS"
    agree "$VIPS" "$SERVICES"
    daemon master
    daemon backup ;;
  unload)
    agree /dev/null /dev/null
    nft delete table inet ${marksTable} 2>/dev/null || true
    SYNCED=none
    daemon master stop
    daemon backup stop ;;
esac
`;
}

/** The sync daemons need the device's address: they are tried again until it is there. */
export const unitText: string = `[Unit]
Description=Tricade director (IPVS)
After=network-online.target
Wants=network-online.target
Before=tricade-bird.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh ${loadScript} load
ExecReload=/bin/sh ${loadScript} load
ExecStop=/bin/sh ${loadScript} unload
Restart=on-failure
RestartSec=2
RuntimeDirectory=tricade
RuntimeDirectoryPreserve=yes

[Install]
WantedBy=multi-user.target
`;
