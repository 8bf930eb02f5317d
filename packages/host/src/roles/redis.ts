/** The feed's store: Debian's redis-server with our configuration, nothing on disk, nobody without a name. */
import type { Bundle, Driver, Host, RedisState, Sample } from '@tricade/cluster';
import { carriesNothing, observeInstalled } from './installed.ts';

const configPath = '/etc/tricade/redis/redis.conf';
const aclPath = '/etc/tricade/redis/users.acl';
const unitPath = '/etc/systemd/system/tricade-redis.service';
/** What the running server was started with. */
const startedWith = '/run/tricade-redis/redis.conf';

/** The one user that may load a changed ACL file; its password lies beside it on this node and nowhere else. */
export const redisAclUser = 'tricade-acl';
const aclPasswordPath = '/etc/tricade/secret/redis-acl';

/** The driver of the feed's store. Steers and samples nothing. */
export const redis: Driver<RedisState, undefined> = {
  name: 'redis-server',
  role: 'redis',
  can: carriesNothing,
  render,
  observe: (host, state) => observeInstalled(host, render(state)),
  steer: async () => '',
  liveDigest: () => '',
  sample: async (_host: Host): Promise<Sample> => ({ atMs: Date.now() }),
};

function render(state: RedisState): Bundle {
  return {
    role: 'redis',
    packages: ['redis-server'],
    files: [
      { path: configPath, mode: 0o644, content: { text: config(state) } },
      {
        path: aclPath,
        mode: 0o600,
        owner: 'redis:redis',
        content: { secret: 'derived:redis-acl' },
      },
      {
        path: aclPasswordPath,
        mode: 0o600,
        content: { secret: `derived:redis/${redisAclUser}` },
      },
      { path: unitPath, mode: 0o644, content: { text: unit } },
    ],
    sysctls: {},
    checks: [startCheck],
    units: ['tricade-redis.service'],
    activate: [activate(state)],
    // Nodes keep their last good state while it is away, and the leader seeds it again.
    hitless: true,
  };
}

function config({ addresses, port }: RedisState): string {
  return `# Written by Tricade; changes are overwritten.
bind ${addresses.join(' ')}
port ${port}
protected-mode yes
aclfile ${aclPath}
# State is seeded by the leader: a store that comes back empty is safer than one that comes back old.
save ""
appendonly no
# Losing keys under pressure would look like losing members.
maxmemory-policy noeviction
# A reader that cannot keep up is cut off and reads the snapshot.
client-output-buffer-limit pubsub 32mb 8mb 60
tcp-keepalive 5
timeout 0
supervised systemd
daemonize no
logfile ""
loglevel notice
`;
}

const unit = `[Unit]
Description=Tricade feed store (Redis)
After=network.target

[Service]
Type=notify
User=redis
Group=redis
RuntimeDirectory=tricade-redis
StateDirectory=tricade-redis
WorkingDirectory=/var/lib/tricade-redis
ExecStartPre=/bin/cp ${configPath} ${startedWith}
ExecStart=/usr/bin/redis-server ${configPath}
Restart=always
RestartSec=500ms
TimeoutStopSec=5
LimitNOFILE=65536
NoNewPrivileges=yes
ProtectHome=yes
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
`;

/** The real server starts with the staged files on a socket of its own, and says it is ready: a faulty line or user never goes live. */
const startCheck = `d="$(mktemp -d)"
trap 'kill "$p" 2>/dev/null; wait "$p" 2>/dev/null; rm -rf "$d"' EXIT
redis-server "$STAGE${configPath}" --port 0 --bind 127.0.0.1 --unixsocket "$d/s" --dir "$d" --supervised no \\
  --aclfile "$STAGE${aclPath}" >"$d/log" 2>&1 & p=$!
i=0
until grep -q 'ready to accept connections' "$d/log"; do
  i=$((i + 1)); if [ "$i" -gt 100 ] || ! kill -0 "$p" 2>/dev/null; then cat "$d/log"; exit 1; fi
  sleep 0.05
done`;

/** Changed users alone are loaded into the running server; another configuration restarts it. */
function activate({ addresses, port }: RedisState): string {
  return `if cmp -s ${configPath} ${startedWith}; then
  REDISCLI_AUTH="$(cat ${aclPasswordPath})" redis-cli -h ${addresses[0] ?? '127.0.0.1'} -p ${port} \\
    --user ${redisAclUser} --no-auth-warning ACL LOAD | grep -x OK && exit 0
fi
systemctl restart tricade-redis.service`;
}
