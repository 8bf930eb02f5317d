/** systemd units that put something into the kernel once: they run a script at boot and at each change, and another one takes it away. Pure. */

export interface OneshotUnit {
  readonly description: string;
  /** Default `network.target`. */
  readonly after?: string;
  readonly before?: string;
  readonly start: string;
  readonly stop?: string;
  /** What is in the kernel is noted in `/run/tricade`. */
  readonly notes?: true;
}

/** Reloading is starting again: what the scripts do is level-triggered. */
export function oneshotUnit(of: OneshotUnit): string {
  return `[Unit]
Description=${of.description}
After=${of.after ?? 'network.target'}
${of.before === undefined ? '' : `Before=${of.before}\n`}
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=${of.start}
ExecReload=${of.start}
${of.stop === undefined ? '' : `ExecStop=${of.stop}\n`}${of.notes === undefined ? '' : 'RuntimeDirectory=tricade\nRuntimeDirectoryPreserve=yes\n'}
[Install]
WantedBy=multi-user.target
`;
}
