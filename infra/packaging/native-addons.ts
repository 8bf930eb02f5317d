/** How compiled addons get into one JavaScript file. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'esbuild';

const prebuilt = `prebuilds/linux-${process.arch}/node.napi.node`;
const loader = `require('node-gyp-build')(__dirname + '/..')`;

/**
 * The prebuilt binding of `netlink` for this machine's architecture travels inside the program (45 kB packed). The loader takes a
 * file only, so the program unpacks it into a folder of its own making (mkdtemp: nobody else can put a file there) and removes it
 * once it is loaded. Fails the build where netlink loads its binding in another way than the one known here.
 */
export const netlinkInside: Plugin = {
  name: 'netlink-inside',
  setup(build) {
    build.onLoad({ filter: /\/netlink\/dist\/raw\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(loader)) throw new Error(`${path} no longer says ${loader}`);
      const binding = await readFile(join(dirname(path), '..', prebuilt));
      return { contents: source.replace(loader, unpacking(gzipSync(binding))), loader: 'js' };
    });
  },
};

function unpacking(packed: Buffer): string {
  return `(() => {
    const fs = require('node:fs'), path = require('node:path');
    const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'tricade-'));
    try {
      const file = path.join(folder, 'netlink.node');
      fs.writeFileSync(file, require('node:zlib').gunzipSync(Buffer.from('${packed.toString('base64')}', 'base64')));
      const addon = { exports: {} };
      process.dlopen(addon, file);
      return addon.exports;
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  })()`;
}

/** Addons that their libraries try and do without: ssh2 falls back to Node's own crypto. */
export const triedOnly: readonly string[] = ['cpu-features', '*.node', 'bufferutil'];
