#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
LIST=/etc/tricade/return-paths
APPLIED=/run/tricade/return-paths
RULES=${2:-/etc/tricade/return-paths.nft}
SETTINGS=/etc/sysctl.d/60-tricade-receiver.conf
mkdir -p "${APPLIED%/*}"
touch "$APPLIED"

add() {
  ip "-$1" route replace default via "$3" dev "$4" table "$(($2))"
  ip "-$1" rule show pref 5200 | grep -q "fwmark $2 " || ip "-$1" rule add pref 5200 fwmark "$2" lookup "$(($2))"
}

drop() {
  ip "-$1" rule del pref 5200 fwmark "$2" lookup "$(($2))" 2>/dev/null || true
  ip "-$1" route flush table "$(($2))" 2>/dev/null || true
}

case "${1:-start}" in
  check) nft -c -f "$RULES"; exit ;;
  stop) WANTED=/dev/null; nft delete table inet tricade_return 2>/dev/null || true ;;
  *)
    WANTED=$LIST
    nft -f "$RULES"
    if [ -f "$SETTINGS" ]; then sysctl -q -p "$SETTINGS"; fi ;;
esac
while read -r family mark gateway device; do add "$family" "$mark" "$gateway" "$device"; done < "$WANTED"
while read -r family mark gateway device; do
  grep -q "^$family $mark " "$WANTED" || drop "$family" "$mark"
done < "$APPLIED"
cat "$WANTED" > "$APPLIED.new"
mv "$APPLIED.new" "$APPLIED"
