/**
 * The systemd unit. Forking: the start fails where a listener does not come about. A control socket that a killed nginx left behind would be in the
 * way of the next one. LimitNOFILE: two descriptors a connection and what nginx needs besides.
 */
export const unitTemplate = `[Unit]
Description=Tricade proxy (nginx)
Documentation=man:nginx(8)
Wants=network-online.target
After=network-online.target tricade-receiver.service
StartLimitIntervalSec=0

[Service]
Type=forking
PIDFile={{pidPath}}
ExecStartPre=/usr/bin/install -d -m 700 {{runtimeFolder}}
ExecStartPre=/usr/bin/rm -f {{controlSocket}}
ExecStart=/usr/sbin/nginx -c {{configPath}}
ExecReload=/usr/sbin/nginx -t -q -c {{configPath}}
ExecReload=/bin/kill -HUP $MAINPID
KillMode=mixed
KillSignal=SIGTERM
Restart=always
RestartSec=200ms
RuntimeDirectory=tricade
RuntimeDirectoryPreserve=yes
StateDirectory=tricade/live/nginx
LimitNOFILE={{descriptors}}

[Install]
WantedBy=multi-user.target
`;
