#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
own_mac=$(cat '/sys/class/net/edge/address')
rules=${2:-/etc/tricade/director.nft}
settings=/etc/sysctl.d/60-tricade-director.conf
tunnels=/etc/tricade/director-tunnels
ours='netdev tricade_guard
netdev tricade
inet tricade'
empty() { echo "$ours" | while read -r name; do echo "table $name"; echo "delete table $name"; done; }
anew() { { empty; cat "$rules"; } | nft "$@" -D "own_mac=$own_mac" -f -; }

# Devices and peers of tunnels as the list says; what stays is not touched.
tunnels() {
  while read -r kind device local words; do
    [ "$kind" = link ] || continue
    ip -d link show "$device" 2>/dev/null | grep -q " local $local " || { ip link del "$device" 2>/dev/null || true; ip link $words; }
    ip link set "$device" addrgenmode none up
  done < "$1"
  while read -r kind device mac address; do
    [ "$kind" != peer ] || bridge fdb replace "$mac" dev "$device" dst "$address" self permanent
  done < "$1"
  for device in tricade-vx4 tricade-vx6; do
    grep -q "^link $device " "$1" || { ip link del "$device" 2>/dev/null || true; continue; }
    bridge fdb show dev "$device" | while read -r mac words; do
      grep -q "^peer $device $mac " "$1" || bridge fdb del "$mac" dev "$device" self
    done
  done
}

case "${1:-load}" in
  check)
    # The tunnels' devices come with loading: until then another one stands for them.
    sed 's|"tricade-vx[46]"|"edge"|g' "$rules" | nft -c -D "own_mac=$own_mac" -f - 2>/dev/null ||
      { empty; sed 's|"tricade-vx[46]"|"edge"|g' "$rules"; } | nft -c -D "own_mac=$own_mac" -f - ;;
  unload)
    echo "$ours" | while read -r name; do nft delete table $name 2>/dev/null || true; done
    tunnels /dev/null ;;
  load)
    if [ -f "$tunnels" ]; then tunnels "$tunnels"; fi
    nft -D "own_mac=$own_mac" -f "$rules" 2>/dev/null || anew
    echo "$ours" | while read -r own; do
      grep -q "^table $own {" "$rules" || { nft delete table $own 2>/dev/null || true; continue; }
      nft -t list table $own | sed -n 's/^\t\(chain\|map\|set\) \([^ ]*\) {$/\1 \2/p' | sort |
        while read -r kind name; do
          grep -q "^  $kind $name {" "$rules" || nft delete "$kind" $own "$name"
        done
    done
    [ -f "$tunnels" ] || tunnels /dev/null
    if [ -f "$settings" ]; then sysctl -q -p "$settings"; fi ;;
esac
