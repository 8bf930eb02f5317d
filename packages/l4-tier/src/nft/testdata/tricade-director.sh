#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
own_mac=$(cat '/sys/class/net/edge/address')
rules=${2:-/etc/tricade/director.nft}
settings=/etc/sysctl.d/60-tricade-director.conf
empty() { for family in netdev inet; do echo "table $family tricade"; echo "delete table $family tricade"; done; }
anew() { { empty; cat "$rules"; } | nft "$@" -D "own_mac=$own_mac" -f -; }

case "${1:-load}" in
  check) nft -c -D "own_mac=$own_mac" -f "$rules" 2>/dev/null || anew -c ;;
  unload) for family in netdev inet; do nft delete table $family tricade 2>/dev/null || true; done ;;
  load)
    nft -D "own_mac=$own_mac" -f "$rules" 2>/dev/null || anew
    for family in netdev inet; do
      grep -q "^table $family " "$rules" || { nft delete table $family tricade 2>/dev/null || true; continue; }
      nft -t list table $family tricade | sed -n 's/^\t\(chain\|map\) \([^ ]*\) {$/\1 \2/p' | sort |
        while read -r kind name; do
          grep -q "^  $kind $name {" "$rules" || nft delete "$kind" $family tricade "$name"
        done
    done
    if [ -f "$settings" ]; then sysctl -q -p "$settings"; fi ;;
esac
