#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
SERVICES=/etc/tricade/ipvs-services
VIPS=/etc/tricade/ipvs-vips
MARKS=/etc/tricade/ipvs-marks.nft
APPLIED=/run/tricade/ipvs
SYNC='--mcast-interface eth0.100 --syncid 7 --mcast-group ff02::81'
SYNCED='(mcast=eth0.100, syncid=7,'

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
  [ "${2:-start}" = stop ] || ipvsadm --start-daemon "$1" $SYNC
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

case "${1:-load}" in
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
    nft delete table inet tricade-ipvs 2>/dev/null || true
    SYNCED=none
    daemon master stop
    daemon backup stop ;;
esac
