#!/bin/sh
# First process of the virtual machine: modules, then one shell a director, each in namespaces of its own with one network card.
export PATH=/sbin:/usr/sbin:/bin:/usr/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
while read -r module; do insmod "/lib/modules/$module" || echo "module $module does not load"; done </etc/modules
ip link set lo up
for card in /sys/class/net/eth*; do
  device=${card##*/}
  unshare -n -m /bin/sh /guest-serve.sh "$device" &
  # The card moves in once the namespace is another one than ours; the shell waits for it.
  while [ "$(readlink /proc/$!/ns/net)" = "$(readlink /proc/1/ns/net)" ]; do usleep 5000; done
  ip link set "$device" netns $!
done
while :; do sleep 3600; done
