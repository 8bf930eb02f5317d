#!/bin/sh
# A director of the virtual machine, behind a serial port named after its card. Each request is `SCRIPT-BYTES STDIN-BYTES`, a line, then
# both; each answer `STATUS STDOUT-BYTES STDERR-BYTES`, a line, then both. What it writes lies on file systems of its own.
card=$1
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
cp -a /etc /run/etc
mount --bind /run/etc /etc
mkdir -p /run/call /etc/systemd/system
until [ -e "/sys/class/net/$card" ]; do usleep 5000; done
ip link set lo up
ip link set "$card" name edge
for port in /sys/class/virtio-ports/*; do
  [ "$(cat "$port/name")" = "$card" ] && device=/dev/${port##*/}
done
cd /run/call
exec 3<>"$device" <&3 >&3 2>/dev/null
while :; do
  while read -r script stdin; do
    head -c $((script + stdin)) >both
    head -c "$script" both >script
    tail -c +$((script + 1)) both >stdin
    sh script <stdin >out 2>err
    printf '%s %s %s\n' $? "$(stat -c %s out)" "$(stat -c %s err)"
    cat out err
  done
  usleep 100000 # nobody has opened the port outside
done
