/** Where things are on a proxy's disk. Files of the generation are the installer's, the live file is `steer`'s; the runtime directory is the unit's. */

export const configPath = '/etc/tricade/haproxy.cfg';
export const unitName = 'tricade-proxy.service';
export const unitPath: string = `/etc/systemd/system/${unitName}`;
/** States and weights of all servers, read by each new worker. */
export const liveStatePath = '/var/lib/tricade/live/haproxy/server-state';
export const runtimeSocket = '/run/tricade/haproxy.sock';
export const masterSocket = '/run/tricade/haproxy-master.sock';

/**
 * A backend whose one server stands for the proxy itself: not usable = the proxy is being drained. So a drain travels by the same commands, the
 * same live file and the same reload as the state of any server. A pool cannot have this name.
 */
export const selfPool = '_proxy';
export const selfServer = 'serving';
