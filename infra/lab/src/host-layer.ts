/** What is a host's own: names, keys, and the origin server where it runs one. */
import { createHash } from 'node:crypto';
import type { KeyPair } from './keys.ts';
import type { LabHost } from './model.ts';
import type { TreeEntry } from './tree.ts';

/** Where hosts find what the lab brings along, read-only. */
export const guestNode = '/opt/lab/node';
export const guestFolder = '/opt/lab/guest';

/** Files of a host's upper layer, as data. */
export function hostLayer(lab: string, host: LabHost, key: KeyPair): TreeEntry[] {
  const file = (path: string, content: string, mode = 0o644): TreeEntry => ({
    kind: 'file',
    path,
    mode,
    content,
  });
  return [
    file('etc/hostname', `${host.name}\n`),
    file('etc/hosts', `127.0.0.1 localhost ${host.name}\n::1 localhost ${host.name}\n`),
    file('etc/machine-id', `${machineId(lab, host.name)}\n`),
    file('etc/ssh/ssh_host_ed25519_key', key.key, 0o600),
    file('etc/ssh/ssh_host_ed25519_key.pub', `${key.publicKey}\n`),
    ...(host.origin ? originUnit(host.origin.ports) : []),
  ];
}

/** Fixed, so that a host is the same one after every boot (machine-id(5)). */
function machineId(lab: string, host: string): string {
  return createHash('md5').update(`${lab}/${host}`).digest('hex');
}

function originUnit(ports: readonly number[]): TreeEntry[] {
  const content = `[Unit]
Description=Origin server of the lab
After=network.target
[Service]
ExecStart=${guestNode} ${guestFolder}/origin.ts %H ${ports.join(' ')}
User=www-data
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
LimitNOFILE=65536
Restart=always
RestartSec=200ms
[Install]
WantedBy=multi-user.target
`;
  const units = 'etc/systemd/system';
  return [
    { kind: 'file', path: `${units}/lab-origin.service`, mode: 0o644, content },
    {
      kind: 'link',
      path: `${units}/multi-user.target.wants/lab-origin.service`,
      target: '../lab-origin.service',
    },
  ];
}
