# The kernel of the virtual machine in which tests meet a real IPVS: Debian's cloud kernel, unpacked under .tools and never installed.

kernel_folder=$root/.tools/kernel

# need_kernel: boot/vmlinuz and lib/modules under .tools/kernel; says nothing when they are there
need_kernel() {
  [ -e "$kernel_folder/boot/vmlinuz" ] && return 0
  package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-[^ ]*\)$/\1/p' | head -n 1)
  [ -n "$package" ] ||
    fail 'apt knows no linux-image-cloud-amd64' 'run apt-get update; the kernel for tests is for amd64 only'
  start=$(now_ms)
  say "unpacking $package for the virtual machine of the tests"
  mkdir -p "$root/.tools"
  (
    exec 9>"$root/.tools/kernel.lock"
    flock 9
    [ -e "$kernel_folder/boot/vmlinuz" ] || unpack_kernel "$package"
  )
  say "kernel ready in $(seconds_since "$start")"
}

# unpack_kernel PACKAGE: all or nothing
unpack_kernel() {
  rm -rf "$kernel_folder" "$kernel_folder.new"
  mkdir "$kernel_folder.new"
  (cd "$kernel_folder.new" && logged apt-get -qq download "$1") || fail "$1 cannot be fetched" 'check the package sources in /etc/apt'
  logged dpkg-deb -x "$kernel_folder.new/$1"_*.deb "$kernel_folder.new" || fail "$1 cannot be unpacked" 'is there room under .tools?'
  mv "$kernel_folder.new/boot"/vmlinuz-* "$kernel_folder.new/boot/vmlinuz"
  logged depmod -b "$kernel_folder.new" "$(ls "$kernel_folder.new/lib/modules")" || fail 'depmod failed' 'install kmod'
  rm -rf "$kernel_folder.new"/*.deb "$kernel_folder.new/usr"
  mv "$kernel_folder.new" "$kernel_folder"
}
