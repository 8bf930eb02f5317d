import type { CodeTable } from '@tricade/cluster';

/** Broken promises of hosts and of the installer. */
export const codes: CodeTable = {
  'TRI-S001': {
    title: 'host key unknown',
    effect: 'Nothing was run on the host; its traffic goes on as before.',
    fix: 'Compare the fingerprint with the host’s own (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub on its console) and add it to the known hosts.',
  },
  'TRI-S002': {
    title: 'host key changed',
    effect: 'Nothing was run on the host; its traffic goes on as before.',
    fix: 'Find out why: a reinstalled host, a reused address, or somebody in between. Then replace the line in the known hosts.',
  },
  'TRI-S003': {
    title: 'log-in refused',
    effect: 'Nothing was run on the host; its traffic goes on as before.',
    fix: 'Check ssh.user and ssh.key of the cluster file against ~/.ssh/authorized_keys on the host.',
  },
  'TRI-S004': {
    title: 'host not reachable',
    effect: 'Nothing was run on the host; what it carries is unknown from here.',
    fix: 'Check address, port, power and the way there; another host may still see it (tricade status).',
  },
  'TRI-S005': {
    title: 'no answer in time while connecting',
    effect: 'Nothing was run on the host; what it carries is unknown from here.',
    fix: 'Check whether a firewall drops port 22 and whether the host is overloaded.',
  },
  'TRI-S006': {
    title: 'connection lost',
    effect: 'What ran at that moment may or may not have ended. Every step may be repeated.',
    fix: 'Run the command again; the installer goes on from where it stood.',
  },
  'TRI-S007': {
    title: 'script took too long',
    effect: 'It was ended. Every step may be repeated.',
    fix: 'Look at the load of the host and at what the script waited for, then run the command again.',
  },
  'TRI-S008': {
    title: 'file not read, written or removed',
    effect: 'No file was left half written.',
    fix: 'Check free space, rights and the owner named for the file.',
  },
  'TRI-S009': {
    title: 'socket on the host does not answer',
    effect: 'The program behind it keeps doing what it did last.',
    fix: 'Check that its unit runs and that the log-in may open the socket.',
  },
  'TRI-S010': {
    title: 'sudo asks for a password',
    effect: 'Nothing was run on the host.',
    fix: 'Allow it without one: USER ALL=(root) NOPASSWD: ALL in /etc/sudoers.d/tricade.',
  },
  'TRI-S011': {
    title: 'private key not usable',
    effect: 'No host was contacted with it.',
    fix: 'Name an unencrypted private key in ssh.key, or load it into an SSH agent.',
  },
  'TRI-S012': {
    title: 'bundle is not sound',
    effect: 'Nothing was installed.',
    fix: 'This is a fault of a driver: two roles name the same file, or a path is not absolute. Report it with tricade report.',
  },
  'TRI-S013': {
    title: 'program or runtime did not arrive whole',
    effect: 'Nothing was installed; the version on the host runs on.',
    fix: 'Check free space under /opt on the host, then run the command again.',
  },
  'TRI-S014': {
    title: 'host gave an answer that nobody understands',
    effect: 'Nothing was changed on the host.',
    fix: 'Look at its shell start-up files for output, and at /var/lib/tricade for files changed by hand.',
  },
};
