/** Paths and names that the xdp driver lays on a host. */

/** The director's program in its object. */
export const programName = 'director';
export const objectPath = '/opt/tricade/director.o';
export const unitName = 'tricade-director.service';
export const unitFile: string = `/etc/systemd/system/${unitName}`;
export const pinsPath = '/sys/fs/bpf/tricade/director';
/** Sysctls of the bundle, as the installer lays them down. */
export const settingsPath = '/etc/sysctl.d/60-tricade-director.conf';
