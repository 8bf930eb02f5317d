set -eu
# Names go at once: a dying namespace would hold those of the cables for a while.
for port in p2.m p2.1; do ip link delete $port 2>/dev/null || :; done
ip netns delete lab-w1 2>/dev/null || :
umount /run/tricade-lab/small/inner/hosts/w1/bpf 2>/dev/null || :
[ "$1" = up ] || exit 0
mount -t bpf -o mode=0700 bpf /run/tricade-lab/small/inner/hosts/w1/bpf
ip netns add lab-w1
# Without this ip keeps links of its own in the first bpffs that it finds: that of some host.
export TC_BPF_MNT=/run/tricade-lab/small/inner/bpf
ip -batch - <<'END'
link add p2.m mtu 1500 type veth peer name mgmt address 02:04:ee:a9:85:3d mtu 1500 netns lab-w1
link set p2.m alias w1/mgmt master br.m up
link add p2.1 mtu 1600 type veth peer name inside address 02:81:91:9d:01:eb mtu 1600 netns lab-w1
link set p2.1 alias w1/inside master br.1 up
link set p2.1 xdp obj /run/tricade-lab/small/inner/pass.o sec xdp
END
exec nsenter --net=/run/netns/lab-w1 sh -eu <<'END'
echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad
echo 0 >/proc/sys/net/ipv6/conf/default/accept_ra
ip -batch - <<'BATCH'
link set lo up
link set mgmt up
addr add 10.9.1.3/16 dev mgmt
link set inside up
addr add 198.51.100.31/26 dev inside
addr add 2001:db8:2::31/64 dev inside nodad
route add 0.0.0.0/0 via 198.51.100.1
route add ::/0 via 2001:db8:2::1
BATCH
# A veth leaves checksums to nobody: with XDP in the path the sender must finish them.
for device in inside; do ethtool -K $device tx off >/dev/null; done
END
