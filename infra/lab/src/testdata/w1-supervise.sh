export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
while :; do
code=0
systemd-nspawn --quiet --boot --directory=/run/tricade-lab/small/inner/hosts/w1/root --machine=small-w1 --hostname=w1 --register=no --keep-unit --network-namespace-path=/run/netns/lab-w1 --console=pipe --link-journal=no --resolv-conf=off --timezone=off --tmpfs=/tmp --bind=/run/tricade-lab/small/inner/hosts/w1/bpf:/sys/fs/bpf '--bind-ro=/usr/lib/node\:26/node:/opt/lab/node' '--bind-ro=/usr/lib/lab guest:/opt/lab/guest' --bind-ro=/usr/lib/tricade:/usr/lib/tricade --capability=CAP_NET_ADMIN,CAP_BPF,CAP_PERFMON,CAP_IPC_LOCK --drop-capability=CAP_MKNOD --system-call-filter=bpf --kill-signal=SIGRTMIN+3 </dev/null >>/run/tricade-lab/small/console/w1.log 2>&1 || code=$?
echo "systemd-nspawn ended with $code" >>/run/tricade-lab/small/console/w1.log
[ $code = 133 ] || break
sh /run/tricade-lab/small/inner/hosts/w1/wire.sh up >>/run/tricade-lab/small/console/w1.log 2>&1 || break
done
