/** Where things are on a proxy's disk. Files of the generation are the installer's, the live file is `steer`'s; the runtime directory is the unit's. */

export const configPath = '/etc/tricade/haproxy.cfg';
export const unitName = 'tricade-proxy.service';
export const unitPath: string = `/etc/systemd/system/${unitName}`;
/** States and weights of all servers, read by each new worker. */
export const liveStatePath = '/var/lib/tricade/live/haproxy/server-state';
export const runtimeSocket = '/run/tricade/haproxy.sock';
export const masterSocket = '/run/tricade/haproxy-master.sock';

/** A backend of this name stands for the proxy itself: see `wanted-servers.ts`. */
export { selfPool, selfServer } from '../wanted-servers.ts';
