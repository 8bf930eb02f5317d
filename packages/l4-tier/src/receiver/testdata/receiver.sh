#!/bin/sh
# Written by Tricade from the cluster file; changes here are lost.
set -eu
LIST=/etc/tricade/receiver-vips
APPLIED=/run/tricade/receiver-vips
mkdir -p "${APPLIED%/*}"
touch "$APPLIED"

hold() {
  case "$1 $2" in
    "address "*:*) ip -6 addr replace "$2" dev lo nodad ;;
    "address "*) ip -4 addr replace "$2" dev lo ;;
    "prefix "*:*) ip -6 route replace local "$2" dev lo ;;
    "prefix "*) ip -4 route replace local "$2" dev lo ;;
  esac
}

release() {
  case "$1" in
    address) ip addr del "$2" dev lo 2>/dev/null || true ;;
    prefix) ip route del local "$2" dev lo 2>/dev/null || true ;;
  esac
}

if [ "${1:-start}" = stop ]; then WANTED=/dev/null; else WANTED=$LIST; fi
while read -r kind prefix; do hold "$kind" "$prefix"; done < "$WANTED"
while read -r kind prefix; do
  grep -qxF "$kind $prefix" "$WANTED" || release "$kind" "$prefix"
done < "$APPLIED"
cat "$WANTED" > "$APPLIED.new"
mv "$APPLIED.new" "$APPLIED"
