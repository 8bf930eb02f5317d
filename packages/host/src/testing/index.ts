/** What other packages' tests use: the contract of a host, and a machine in a folder. */
export * from './host-contract.ts';
export * from './loopback-sshd.ts';
export * from './sandbox-host.ts';
