#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
own_mac=$(cat '/sys/class/net/edge/address')
rules=${2:-/etc/tricade/director.nft}
anew() { { echo 'table netdev tricade'; echo 'delete table netdev tricade'; cat "$rules"; } | nft "$@" -D "own_mac=$own_mac" -f -; }

case "${1:-load}" in
  check) nft -c -D "own_mac=$own_mac" -f "$rules" 2>/dev/null || anew -c ;;
  unload) nft delete table netdev tricade 2>/dev/null || true ;;
  load)
    nft -D "own_mac=$own_mac" -f "$rules" 2>/dev/null || anew
    nft -t list table netdev tricade | sed -n 's/^\t\(chain\|map\) \([^ ]*\) {$/\1 \2/p' | sort |
      while read -r kind name; do
        grep -q "^  $kind $name {" "$rules" || nft delete "$kind" netdev tricade "$name"
      done ;;
esac
