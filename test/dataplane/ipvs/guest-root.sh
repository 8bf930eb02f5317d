#!/bin/sh
# guest-root.sh KERNEL OUT: the virtual machine's root as an uncompressed archive (the emulated processor would take long to unpack one).
# KERNEL holds lib/modules. Programs are this machine's own, with the libraries that they are linked against.
set -eu
kernel=$(cd "$1" && pwd)
out=$2
here=$(cd "$(dirname "$0")" && pwd)
release=$(ls "$kernel/lib/modules")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
cd "$root"
mkdir -p bin sbin usr/bin usr/sbin proc sys dev etc run tmp var/lib lib/modules

cp /bin/busybox bin/busybox
for applet in $(busybox --list); do
  case $applet in busybox | sh | ip) ;; *) ln -s busybox "bin/$applet" ;; esac
done
ln -s dash bin/sh
for program in /bin/dash /sbin/ip /sbin/ipvsadm /usr/sbin/nft; do
  file=$(readlink -f "$program")
  cp "$file" ".$program"
  for library in $(ldd "$file" | grep -o '/[^ ]*'); do
    mkdir -p ".${library%/*}"
    cp -nL "$library" ".$library"
  done
done

for module in virtio_pci virtio_net virtio_console ip_vs_mh ip_vs_wrr ip_vs_wlc ip_vs_sh ipip ip6_tunnel nf_tables; do
  modprobe -d "$kernel" -S "$release" --show-depends "$module" >>tmp/modules
done
sed -n 's/^insmod \([^ ]*\).*/\1/p' tmp/modules | awk '!seen[$0]++' | while read -r file; do
  cp "$file" lib/modules/
  echo "${file##*/}" >>etc/modules
done

cp "$here/guest-init.sh" init
cp "$here/guest-serve.sh" guest-serve.sh
cat >usr/bin/systemctl
chmod 755 init usr/bin/systemctl
find . | cpio -o -H newc --quiet >"$out"
