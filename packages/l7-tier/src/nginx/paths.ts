/** Where things are on the disk of a proxy with nginx. Files of the generation are the installer's, the live file is `steer`'s; the runtime directory is the unit's. */

export const folder = '/etc/tricade/nginx';
export const configPath: string = `${folder}/nginx.conf`;
/** Pools and servers of the generation, read by the balancer. */
export const poolsPath: string = `${folder}/pools`;
/** The balancer: two modules in Lua. */
export const serversModulePath: string = `${folder}/tricade_servers.lua`;
export const balanceModulePath: string = `${folder}/tricade_balance.lua`;
/** Not HAProxy's: where a proxy changes its driver, one unit goes and the other comes. */
export const unitName = 'tricade-nginx.service';
export const unitPath: string = `/etc/systemd/system/${unitName}`;
/** States and weights of all servers: read when `steer` says so, and at each start. */
export const liveStatePath = '/var/lib/tricade/live/nginx/servers';
/** Mode 700: nginx lets everybody write to its Unix sockets. */
export const runtimeFolder = '/run/tricade/nginx';
export const controlSocket: string = `${runtimeFolder}/control.sock`;
export const pidPath: string = `${runtimeFolder}/nginx.pid`;
/** Only what keeps nginx from starting or reloading. */
export const emergencyLog: string = `${runtimeFolder}/emergency.log`;
