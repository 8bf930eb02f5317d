set -eu
echo $$ >/sys/fs/cgroup/unified/tricade-lab/small/w1/cgroup.procs
mountpoint -q /run/tricade-lab/small/inner/hosts/w1/root || mount -t overlay lab-w1 -o lowerdir=/run/tricade-lab/small/inner/base:/,upperdir=/run/tricade-lab/small/inner/hosts/w1/upper,workdir=/run/tricade-lab/small/inner/hosts/w1/work /run/tricade-lab/small/inner/hosts/w1/root
sh /run/tricade-lab/small/inner/hosts/w1/wire.sh up
setsid sh /run/tricade-lab/small/inner/hosts/w1/supervise.sh </dev/null >/dev/null 2>&1 &
