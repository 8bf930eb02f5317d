import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { BlockList, isIPv4 } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)));
const text = (path: string) => readFileSync(join(root, path), 'utf8');

/** `path:line: what` for every match in the tracked files that `wanted` picks. */
function hits(pattern: RegExp, wanted: (path: string) => boolean = () => true): string[] {
  return tracked.filter(wanted).flatMap((path) =>
    text(path)
      .split('\n')
      .flatMap((line, at) =>
        [...line.matchAll(pattern)].map(([found]) => `${path}:${at + 1}: ${found}`),
      ),
  );
}

const escaped = (literal: string) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

describe('tracked files', () => {
  test('are there', () => expect(tracked.length).toBeGreaterThan(20));

  test('name no path of a checkout or of somebody’s home', () => {
    expect(hits(new RegExp(`${escaped(root)}(?![\\w-])|/home/\\w+/`, 'g'))).toEqual([]);
  });

  test('hold no private key', () => {
    const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{100,}/;
    expect(tracked.filter((path) => key.test(text(path)))).toEqual([]);
  });

  test('hold no password or token, but those that tests plant', () => {
    const patterns = /:_authToken=|:_auth=|:\/\/[^\s/:@"'`${}]+:[^\s/:@"'`${}]+@/g;
    const planted = /\.test\.ts$|\/testdata\/|\/testing\//;
    expect(hits(patterns, (path) => !planted.test(path))).toEqual([]);
  });

  test('hold nothing that a build or an install makes', () => {
    const made =
      /(^|\/)(node_modules|dist|coverage|\.tools)\/|\.tsbuildinfo$|(^|\/)\.npmrc$|\.(tgz|deb|pcap)$/;
    expect(tracked.filter((path) => made.test(path))).toEqual([]);
  });

  test('the lock file leaves the registry to the machine', () => {
    expect(hits(/https?:\/\/\S+|tarball:/g, (path) => path.endsWith('pnpm-lock.yaml'))).toEqual([]);
  });
});

/** What examples and tests may name: RFC 5737, 1918, 6598, 2544, 3927, 1122, 5771, 1112. */
const harmless = new BlockList();
for (const network of [
  '192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16',
  '100.64.0.0/10 198.18.0.0/15 169.254.0.0/16 127.0.0.0/8 0.0.0.0/8 224.0.0.0/4 240.0.0.0/4',
].flatMap((line) => line.split(' '))) {
  const [address = '', length = ''] = network.split('/');
  harmless.addSubnet(address, Number(length));
}

test('no public IPv4 address stands in an example or a test', () => {
  const addresses = /(?<![\d.\w-])\d{1,3}(?:\.\d{1,3}){3}(?![\d.\w-])/g;
  const found = hits(addresses, (path) => /\.(ts|ya?ml|md|txt|cfg|conf)$/.test(path));
  const publicOnes = found.filter((hit) => {
    const address = hit.slice(hit.lastIndexOf(' ') + 1);
    return isIPv4(address) && !harmless.check(address) && !/pnpm-lock/.test(hit);
  });
  expect(publicOnes).toEqual([]);
});

const pages = tracked.filter((path) => path.endsWith('.md') && !path.includes('/testdata/'));
const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };

describe.skipIf(pages.length === 0)('pages', () => {
  test('link to files that are there', () => {
    const dead = pages.flatMap((page) =>
      [...text(page).matchAll(/\]\(((?![a-z]+:|#)[^)\s#]+)[^)]*\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(join(root, dirname(page), target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  test('name examples that are there', () => {
    const gone = pages.flatMap((page) =>
      [...text(page).matchAll(/\bexamples\/[\w./-]+\.\w+/g)]
        .filter(([path]) => !existsSync(join(root, path)))
        .map(([path]) => `${page}: ${path}`),
    );
    expect(gone).toEqual([]);
  });

  test('name npm scripts that are there', () => {
    const gone = pages.flatMap((page) =>
      [...text(page).matchAll(/\bnpm run ([\w:-]+)/g)]
        .filter(([, name = '']) => !(name in scripts))
        .map(([command]) => `${page}: ${command}`),
    );
    expect(gone).toEqual([]);
  });
});
