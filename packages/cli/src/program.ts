/** The command. Sub-commands load what they need when they run, so that `--help` is quick. */
import { Command, Option } from 'commander';
import { runAtEdge } from './edge.ts';

const output = (): Option =>
  new Option('-o, --output <format>', 'how to print data')
    .choices(['table', 'json', 'yaml'])
    .default('table');
const target = ['FILE', 'cluster file'] as const;

/** The whole program; nothing runs before `parseAsync`. */
export function program(): Command {
  const root = new Command('tricade')
    .description(
      'Runs a layered load-balancing cluster (routers, L4 directors, L7 proxies, servers) from one file.',
    )
    .option('--debug', 'print causes and stack traces')
    .showHelpAfterError('(see --help)')
    .enablePositionalOptions()
    .exitOverride();
  beginnings(root);
  rollouts(root);
  operations(root);
  daemons(root);
  lab(
    root
      .command('lab')
      .description('The cluster of a file on this machine, with real hosts, routes and packets.'),
  );
  return root;
}

function beginnings(root: Command): void {
  root
    .command('init')
    .description('Write a commented cluster file.')
    .argument('[file]', 'where to', 'cluster.yaml')
    .option('--example <name>', 'shop, dns, or a mode', 'shop')
    .option('--force', 'replace the file')
    .addHelpText('after', '\nExample:\n  tricade init --example dns dns.yaml')
    .action((file: string, options) =>
      runAtEdge(async () => (await import('./commands/init.ts')).init(file, options)),
    );
  root
    .command('validate')
    .description('Judge a cluster file: every fault at once.')
    .argument(...withAngle(target))
    .addOption(output())
    .addHelpText('after', '\nExample:\n  tricade validate examples/shop.yaml')
    .action((file: string, options) =>
      runAtEdge(async () => (await import('./commands/validate.ts')).validate(file, options)),
    );
  root
    .command('config')
    .description('Show every value in force, and which line or default set it.')
    .argument(...withAngle(target))
    .option('--effective', 'with defaults filled in (always)')
    .option('--why <key>', 'only this key')
    .addOption(output())
    .action((file: string, options) =>
      runAtEdge(async () => (await import('./commands/config.ts')).config(file, options)),
    );
  root
    .command('render')
    .description('Print the artifacts of a node, exactly as they would be installed.')
    .argument(...withAngle(target))
    .argument('[node]', 'one node; default all')
    .addOption(output())
    .addHelpText('after', '\nExample:\n  tricade render examples/shop.yaml p1')
    .action((file: string, node: string | undefined, options) =>
      runAtEdge(async () => (await import('./commands/render.ts')).render(file, node, options)),
    );
  root
    .command('modes')
    .description('The seven modes: flow, packet table, pros, cons, needs.')
    .argument('[mode]', 'one mode')
    .addOption(output())
    .action((mode: string | undefined, options) =>
      runAtEdge(async () => (await import('./commands/modes.ts')).modes(mode, options)),
    );
  root
    .command('trace')
    .description('Where a flow goes, hop by hop, and why.')
    .argument(...withAngle(target))
    .requiredOption('--from <ip:port>', 'the client')
    .requiredOption('--to <vip:port>', 'the service')
    .option('--udp', 'UDP instead of TCP')
    .option('--offline', 'from the file alone')
    .addOption(output())
    .addHelpText(
      'after',
      '\nExample:\n  tricade trace examples/shop.yaml --from 192.0.2.200:40000 --to 203.0.113.10:80',
    )
    .action((file: string, options) =>
      runAtEdge(async () => (await import('./commands/trace.ts')).traceFlow(file, options)),
    );
  root
    .command('schema')
    .description('Print the JSON Schema of the cluster file (draft-07), for editors.')
    .action(() => runAtEdge(async () => (await import('./commands/schema.ts')).schema()));
  root
    .command('explain')
    .description('What a code means and what to do; offline.')
    .argument('[code]', 'e.g. TRI-C012; default all')
    .addOption(output())
    .action((code: string | undefined, options) =>
      runAtEdge(async () => (await import('./commands/explain.ts')).explain(code, options)),
    );
  root
    .command('completion')
    .description('Print a completion script.')
    .argument('<shell>', 'bash, zsh or fish')
    .action((shell: string) =>
      runAtEdge(async () => (await import('./commands/completion.ts')).completion(shell, root)),
    );
  root
    .command('version')
    .description('Print the version of the program and its runtime.')
    .addOption(output())
    .action((options) =>
      runAtEdge(async () => (await import('./commands/version.ts')).version(options)),
    );
}

function rollouts(root: Command): void {
  root
    .command('plan')
    .description('What would change on which node, the next wave, what waits and why.')
    .argument(...withAngle(target))
    .option('--detailed-exitcode', '0 nothing to do, 1 error, 2 changes')
    .option('--all', 'also unchanged nodes')
    .addOption(output())
    .action((file: string, options) =>
      runAtEdge(async () => (await import('./commands/plan.ts')).planCommand(file, options)),
    );
  root
    .command('apply')
    .description('Roll out: canary, then waves; a failing check changes nothing.')
    .argument(...withAngle(target))
    .option('-y, --yes', 'do not ask')
    .option('--no-input', 'never ask')
    .option('--dry-run', 'plan only')
    .option('--timeout <duration>', 'for waiting on drains and daemons', '10m')
    .addOption(output())
    .addHelpText('after', '\nExample:\n  tricade apply cluster.yaml --yes')
    .action((file: string, options) =>
      runAtEdge(async () => (await import('./commands/apply.ts')).apply(file, options)),
    );
}

function operations(root: Command): void {
  root
    .command('status')
    .description('Tiers, members and services: want, told, seen, age; causes; the verdict.')
    .argument(...withAngle(target))
    .option('-w, --watch', 'again every second')
    .option('--wait <state>', 'wait until healthy')
    .option('--timeout <duration>', 'for --wait', '60s')
    .addOption(output())
    .action((file: string, options) =>
      runAtEdge(async () => (await import('./commands/status.ts')).statusCommand(file, options)),
    );
  root
    .command('drain')
    .description('Take a node or member out without breaking a flow; says what it waits for.')
    .argument(...withAngle(target))
    .argument('<target>', 'node, or member like web/w1')
    .option('--why <text>', 'reason, shown everywhere', 'no reason given')
    .option('--until <duration>', 'lift it by itself after this')
    .option('--maintenance', 'also expect it to be down')
    .option('--no-wait', 'do not wait until it is empty')
    .option('--timeout <duration>', 'stop waiting after', '5m')
    .addOption(output())
    .addHelpText('after', '\nExample:\n  tricade drain cluster.yaml p1 --why "kernel update"')
    .action((file: string, name: string, options) =>
      runAtEdge(async () => (await import('./commands/drain.ts')).drain(file, name, options)),
    );
  root
    .command('undrain')
    .description('Put a node or member back into service.')
    .argument(...withAngle(target))
    .argument('<target>', 'node, or member like web/w1')
    .addOption(output())
    .action((file: string, name: string, options) =>
      runAtEdge(async () => (await import('./commands/drain.ts')).undrain(file, name, options)),
    );
  root
    .command('events')
    .description('What happened and why.')
    .argument(...withAngle(target))
    .option('-f, --follow', 'go on')
    .option('-n, --count <n>', 'how many', '50')
    .addOption(output())
    .action((file: string, options) =>
      runAtEdge(async () => (await import('./commands/events.ts')).events(file, options)),
    );
  root
    .command('doctor')
    .description('Is this machine ready for a lab; with a file, are its hosts ready.')
    .argument('[file]', 'cluster file')
    .addOption(output())
    .action((file: string | undefined, options) =>
      runAtEdge(async () => (await import('./commands/doctor.ts')).doctor(file, options)),
    );
}

function daemons(root: Command): void {
  root
    .command('agent')
    .description('The daemon of every node (started by systemd).')
    .option('--withdraw', 'withdraw all announcements and end')
    .action((options) =>
      runAtEdge(async () => (await import('./commands/agent.ts')).agent(options)),
    );
  root
    .command('monitor')
    .description('The monitor daemon (started by systemd).')
    .action(() => runAtEdge(async () => (await import('./commands/monitor.ts')).monitor()));
}

function lab(command: Command): void {
  command.enablePositionalOptions();
  const at = (name: string, text: string): Command =>
    command
      .command(name)
      .description(text)
      .argument(...withAngle(target));
  at('up', 'Bring the hosts up; they are empty until apply.')
    .option('--timeout <duration>', 'for all hosts to answer SSH', '30s')
    .option('--cold', 'without the runtime in the hosts: the first apply carries it over')
    .action((file: string, options) =>
      runAtEdge(async () => (await import('./commands/lab.ts')).up(file, options)),
    );
  at('down', 'Take everything down and leave nothing.').action((file: string) =>
    runAtEdge(async () => (await import('./commands/lab.ts')).down(file)),
  );
  at('status', 'Which hosts are on, and where.')
    .addOption(output())
    .action((file: string, options) =>
      runAtEdge(async () => (await import('./commands/lab.ts')).labState(file, options)),
    );
  at('exec', 'Run a command in a host.')
    .argument('<host>')
    .argument('<command...>')
    .passThroughOptions()
    .action((file: string, host: string, argv: string[]) =>
      runAtEdge(async () => (await import('./commands/lab.ts')).exec(file, host, argv)),
    );
  at('capture', 'Capture packets at hosts: a pcap each, and one table.')
    .option('--host <name...>', 'only these hosts')
    .option('--filter <expression>', 'pcap filter', '')
    .option('--seconds <n>', 'how long', '5')
    .option('--write <directory>', 'where the pcap files go', '.')
    .addOption(output())
    .action((file: string, options) =>
      runAtEdge(async () => (await import('./commands/lab.ts')).capture(file, options)),
    );
  at('fault', 'Deal a fault: off, on, cut, join, kill, pause, resume.')
    .argument('<kind>')
    .argument('<host>')
    .argument('[what]', 'network of cut and join, unit of kill')
    .action((file: string, kind: string, host: string, what: string | undefined) =>
      runAtEdge(async () => (await import('./commands/lab.ts')).fault(file, { kind, host, what })),
    );
  at('prove', 'One real request per service, captured at every hop and held against trace.')
    .addOption(output())
    .action((file: string, options) =>
      runAtEdge(async () => (await import('./commands/prove.ts')).prove(file, options)),
    );
}

function withAngle([name, text]: readonly [string, string]): [string, string] {
  return [`<${name.toLowerCase()}>`, text];
}
