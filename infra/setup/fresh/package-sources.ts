/** Where this machine gets its packages from: read when needed, kept nowhere. */
import { execFileSync } from 'node:child_process';

export interface PackageSources {
  /** Lines for sources.list: Debian's own archive, as this machine reaches it. Empty: Debian's usual servers. */
  readonly aptLines: readonly string[];
  /** Base address of the npm registry. */
  readonly npmRegistry: string;
  /** Names of all hosts in them. */
  readonly hosts: ReadonlySet<string>;
}

/** Only what Debian itself published for this release counts: no other repository, no backports. */
export function packageSources(release: string): PackageSources {
  const format = '$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(COMPONENT)';
  const targets = execFileSync(
    'apt-get',
    ['indextargets', '--format', format, 'Created-By: Packages'],
    { encoding: 'utf8' },
  );
  const lines = targets
    .split('\n')
    .map((line) => line.split('|'))
    .filter(([origin, codename]) => origin === 'Debian' && isOf(release, codename ?? ''))
    .map(([, codename, uri, component]) => `deb ${uri} ${codename} ${component}`);
  const aptLines = [...new Set(lines)];
  const npmRegistry = execFileSync('npm', ['config', 'get', 'registry'], {
    cwd: '/',
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  const addresses = [...aptLines.map((line) => line.split(' ')[1] ?? ''), npmRegistry];
  const usual = aptLines.length > 0 ? [] : ['deb.debian.org', 'security.debian.org'];
  return {
    aptLines,
    npmRegistry,
    hosts: new Set([...addresses.map((address) => new URL(address).hostname), ...usual]),
  };
}

const isOf = (release: string, codename: string): boolean =>
  [release, `${release}-updates`, `${release}-security`].includes(codename);
