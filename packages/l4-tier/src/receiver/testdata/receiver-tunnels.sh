#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
LIST=/etc/tricade/receiver-tunnels
RULES=${2:-/etc/tricade/receiver-tunnels.nft}

case "${1:-start}" in
  check) nft -c -f "$RULES"; exit ;;
  stop) WANTED=/dev/null ;;
  *) WANTED=$LIST; nft -f "$RULES" ;;
esac
while read -r device local words; do
  ip -d link show "$device" 2>/dev/null | grep -q " local $local " || { ip link del "$device" 2>/dev/null || true; ip link $words; }
  ip link set "$device" addrgenmode none up
  case "$local" in *:*) ;; *) ip addr replace 169.254.84.4/32 dev "$device" scope host ;; esac
done < "$WANTED"
for device in tricade-vx4 tricade-vx6; do
  grep -q "^$device " "$WANTED" || ip link del "$device" 2>/dev/null || true
done
[ "$WANTED" = "$LIST" ] || nft delete table inet tricade_tunnel 2>/dev/null || true
