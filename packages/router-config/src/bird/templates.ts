/** BIRD 2.0 configurations. Names stand between single quotes, devices between double ones; the values can hold neither. */

/**
 * Paths of the live files, written by `steer` alone. The bracket makes BIRD treat the path as a pattern: a pattern that matches nothing is no
 * error, even where the directory is missing, while a plain path would keep BIRD from starting on a fresh node.
 */
export const liveDirectory = '/var/lib/tricade/live';
export const fencedFile: string = `${liveDirectory}/bird-fenced.conf`;
export const announceFile: string = `${liveDirectory}/bird-announce.conf`;

const head = `# Written by Tricade from the cluster file; changes here are lost.
log stderr { info, remote, warning, error, auth, fatal, bug };
router id {{routerId}};
protocol device { scan time 10; }
{{#if bfd}}
protocol bfd {
{{#each devices}}
  interface "{{this}}" { min rx interval {{../bfd.intervalMs}} ms; min tx interval {{../bfd.intervalMs}} ms; multiplier {{../bfd.multiplier}}; };
{{/each}}
}
{{/if}}
`;

/** Takes exactly the VIP prefixes from directors and installs them as multipath routes. */
export const routerTemplate: string = `${head}
# After a crash the routes that it left in the kernel stay until the directors are back: else VIPs have none for 0.7 s. The listening protocols hold
# that time, so they have graceful restart on; directors have it off, so none of their routes outlives them.
graceful restart wait {{restartWaitSeconds}};
# A director that shuts down gracefully (RFC 8326) is the last choice; a fenced one is none.
{{#each families}}
function is_vip{{number}}() {
{{#each prefixes}}
  if net = {{this}} then return true;
{{/each}}
  return false;
}
filter vips{{number}} {
  if ! is_vip{{number}}() then reject;
  include "/va[r]/lib/tricade/live/bird-fenced.conf";
  if (65535, 0) ~ bgp_community then bgp_local_pref = 0;
{{#if wide}}
  gw = from;
{{/if}}
  accept;
}
protocol kernel kernel{{number}} {
  scan time 10;
  graceful restart on;
  merge paths on limit {{../maxPaths}};
  ipv{{number}} { import none; export where source = RTS_BGP; };
}
{{/each}}
{{#each ranges}}
protocol bgp directors{{index}} {
  local {{localAddress}} as {{../asn}};
  neighbor range {{cidr}} as {{../directorAsn}};
  dynamic name "director{{index}}x";
  passive;
  hold time {{../holdSeconds}};
  keepalive time {{../keepaliveSeconds}};
  connect delay time 1;
  connect retry time 1;
  error wait time 1, 2;
  error forget time 5;
  graceful restart on;
{{#if ../bfd}}
  bfd on;
{{/if}}
  ipv{{family}} { import table on; import filter vips{{family}}; export none; };
}
{{/each}}`;

/** Announces what the live file says, and nothing where there is none. */
export const speakerTemplate: string = `${head}
include "/va[r]/lib/tricade/live/bird-announce.conf";
{{#each peers}}
protocol bgp 'router-{{name}}-{{family}}' {
  local {{localAddress}} as {{../asn}};
  neighbor {{address}} as {{asn}};
  hold time {{../holdSeconds}};
  keepalive time {{../keepaliveSeconds}};
  connect delay time 1;
  connect retry time 1;
  error wait time 1, 4;
  error forget time 5;
  graceful restart off;
{{#if ../bfd}}
  bfd on;
{{/if}}
  ipv{{family}} { import none; export where source = RTS_STATIC; next hop self; };
}
{{/each}}`;

/** Live file of a speaker: the routes that it announces, one protocol a family. */
export const announceTemplate = `# Written by the agent.
{{#each families}}
protocol static 'vips{{number}}' {
  ipv{{number}};
{{#each routes}}
  route {{prefix}} blackhole { bgp_med = {{med}}; };
{{/each}}
}
{{/each}}`;

/** Live file of a router: lines of the import filters. */
export const fencedTemplate = `# Written by the agent.
{{#each fenced}}
if from = {{this}} then reject "fenced";
{{/each}}`;

/** The unit; \`boot\` is what runs before BIRD. */
export const unitTemplate = `[Unit]
Description=Tricade BGP (BIRD)
After=network.target tricade-director.service

[Service]
Type=simple
{{#if speaker}}
# Boots announcing nothing: the agent says what, once the data plane is ready.
ExecStartPre=/bin/rm -f {{announceFile}}
{{/if}}
ExecStartPre=/bin/mkdir -p {{liveDirectory}}
ExecStartPre=/usr/sbin/bird -p -c /etc/tricade/bird.conf
ExecStart=/usr/sbin/bird -f -c /etc/tricade/bird.conf -s /run/tricade/bird.ctl -P /run/tricade/bird.pid{{#if speaker}}{{else}} -R{{/if}}
# Started means that it answers.
ExecStartPost=/usr/bin/timeout 30 /bin/sh -c "until /usr/sbin/birdc -s /run/tricade/bird.ctl show status >/dev/null 2>&1; do sleep 0.05; done"
ExecReload=/usr/sbin/birdc -s /run/tricade/bird.ctl configure
RuntimeDirectory=tricade
RuntimeDirectoryPreserve=yes
# BFD at 50 ms keeps its beat on a busy machine.
Nice=-15
Restart=on-failure
RestartSec=1

[Install]
WantedBy=multi-user.target`;
