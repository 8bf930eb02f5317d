/**
 * The systemd unit. Master and workers (-Ws), so that a reload forks a new worker and a faulty file leaves the old one serving. LimitNOFILE: two
 * descriptors a connection and what HAProxy needs besides; with less it does not start.
 */
export const unitTemplate = `[Unit]
Description=Tricade proxy (HAProxy)
Documentation=man:haproxy(1)
Wants=network-online.target
After=network-online.target tricade-receiver.service
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStartPre=/usr/sbin/haproxy -c -f {{configPath}}
ExecStart=/usr/sbin/haproxy -Ws -f {{configPath}} -S {{masterSocket}},mode,600
ExecReload=/usr/sbin/haproxy -c -f {{configPath}}
ExecReload=/bin/kill -USR2 $MAINPID
KillMode=mixed
SuccessExitStatus=143
Restart=always
RestartSec=200ms
RuntimeDirectory=tricade
RuntimeDirectoryPreserve=yes
StateDirectory=tricade/live/haproxy
LimitNOFILE={{descriptors}}

[Install]
WantedBy=multi-user.target
`;
