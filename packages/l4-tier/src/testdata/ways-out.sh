#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
LIST=/etc/tricade/ways-out
APPLIED=/run/tricade/ways-out
mkdir -p "${APPLIED%/*}"
touch "$APPLIED"

# family device router...
route() {
  family=$1 device=$2 hops=
  shift 2
  for router; do hops="$hops nexthop via $router dev $device"; done
  ip "-$family" route replace default table 5210 $hops
}

# verb list: one program a family, however many rules. One that is there already is refused, and one that is not cannot go: both are as they should be.
rules() {
  for family in 4 6; do
    awk -v verb="$1" -v family=$family '$1 == family && $2 == "rule" {
      print "rule", verb, "pref 5210", $3, $4, "lookup main suppress_prefixlength 0"
      print "rule", verb, "pref 5211", $3, $4, "lookup 5210"
    }' "$2" | ip -$family -force -batch - 2>/dev/null || true
  done
}

if [ "${1:-start}" = stop ]; then WANTED=/dev/null; else WANTED=$LIST; fi
while read -r family kind rest; do
  [ "$kind" != route ] || route "$family" $rest
done < "$WANTED"
rules add "$WANTED"
awk -v list="$WANTED" 'BEGIN { while ((getline line < list) > 0) wanted[line] = 1 } !($0 in wanted)' "$APPLIED" > "$APPLIED.gone"
rules del "$APPLIED.gone"
for family in 4 6; do
  grep -q "^$family route " "$WANTED" || ip -$family route flush table 5210 2>/dev/null || true
done
cat "$WANTED" > "$APPLIED.new"
mv "$APPLIED.new" "$APPLIED"
