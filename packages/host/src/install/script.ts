/** The one script that installs: lock, stage, check, swap, activate, read back, write down. POSIX sh; every word of it quoted here. */
import { quote } from '../shell.ts';
import { type TarEntry, tar } from '../tar.ts';
import type { Difference } from './difference.ts';
import type { WantedFile } from './files.ts';
import {
  listNames,
  listsOf,
  type Manifest,
  manifestPath,
  manifestText,
  stateFolder,
  storeFolder,
  sysctlPath,
} from './manifest.ts';

/** Exit statuses of the script. */
export const scriptStatus: {
  readonly done: 0;
  readonly refused: 10;
  readonly failed: 11;
  readonly moved: 12;
} = { done: 0, refused: 10, failed: 11, moved: 12 };

export interface ApplyInput {
  readonly all: Difference;
  readonly files: readonly WantedFile[];
  readonly checks: readonly { readonly role: string; readonly script: string }[];
  /** All units that must be active at the end. */
  readonly units: readonly string[];
  readonly manifest: Manifest;
  /** Digest of the manifest that the difference was computed from. */
  readonly proof: string;
  /** An earlier install broke off: what `previous` holds is the last good one, and stays. */
  readonly unfinished: boolean;
}

/** Script and archive that bring a host from what was found to what is wanted. */
export function applyScript(input: ApplyInput): { script: string; stdin: Buffer } {
  return {
    script: [prelude(input), ...phases(input), finish(input)].join('\n'),
    stdin: archive(input),
  };
}

function archive({ files, manifest }: ApplyInput): Buffer {
  const text = (path: string, mode: number, content: string): TarEntry => {
    return { path, mode, content: Buffer.from(content) };
  };
  const staged = files.flatMap(({ path, mode, content }): TarEntry[] =>
    content === undefined ? [] : [{ path: `root${path}`, mode, content }],
  );
  const lists = listsOf(manifest);
  return tar([
    ...staged,
    text('installed.json', 0o600, manifestText(manifest)),
    ...listNames.map((name) => text(`installed.${name}`, 0o600, lists[name])),
  ]);
}

/** Functions, the lock, the proof that nothing was installed since the survey, and the staged files. */
function prelude({ proof }: ApplyInput): string {
  return `export LC_ALL=C DEBIAN_FRONTEND=noninteractive
umask 022; set -uf; trap '' PIPE HUP
R="\${TRICADE_ROOT-}"; S="$R${stateFolder}"; W="$S/stage"; STAGE="$W/root"; export STAGE
say() { printf '@%s\\n' "$*" 2>/dev/null || :; }
end() { # status word text
  printf '\\n@@word\\n%s\\n@@text\\n%s\\n@@output\\n' "$2" "$3"
  [ ! -f "$W/log" ] || tail -c 8000 "$W/log" | sed 's/^/ /'
  printf '\\n@@end\\n'; rm -rf -- "$W"; exit "$1"
}
refused() { for n in $news; do rm -f -- "$n"; done; end ${scriptStatus.refused} "$1" "$2"; }
failed() { end ${scriptStatus.failed} "$1" "$2"; }
logged() { "$@" >"$W/log" 2>&1 </dev/null 9>&-; }
ended() { if [ "$1" = 124 ]; then echo "did not end within $2 s"; else echo "exited with $1"; fi; }
news=
check() { # role script
  say check "$1"; (cd / && logged timeout 60 sh -ec "$2") || refused check-failed "$1: its check $(ended $? 60)"
}
fresh() { # path mode owner
  case "$1" in */*) [ -d "$R\${1%/*}" ] || mkdir -p -- "$R\${1%/*}";; esac
  n="$R\${1%/*}/.\${1##*/}.tricade-new"; news="$news $n"
  if [ -L "$STAGE$1" ]; then l="$(readlink -- "$STAGE$1")"; ln -sfnT -- "$l" "$n" && chown -h -- "$3" "$n"
  else install -T -m "$2" -o "\${3%:*}" -g "\${3#*:}" -- "$STAGE$1" "$n"; fi 2>>"$W/log" ||
    refused not-written "$1 cannot be put in place"
}
swap() { mv -fT -- "$R\${1%/*}/.\${1##*/}.tricade-new" "$R$1" 2>>"$W/log" || failed not-swapped "$1 cannot be put in place"; }
activate() { # role script
  say activate "$1"; (cd / && logged timeout 90 sh -ec "$2") || failed not-activated "$1: activating it $(ended $? 90)"
}
start() { say start "$1"; systemctl reset-failed -- "$1" 2>/dev/null; logged systemctl start -- "$1" || show_unit "$1"; }
show_unit() { systemctl status --no-pager -n 15 -- "$1" >>"$W/log" 2>&1; failed unit-not-active "$1 does not run"; }
kernel() { # key file value
  set -- "$1" "$2" "$3" "$(echo $(cat "$2" 2>/dev/null))"
  [ "$4" = "$3" ] || failed sysctl-not-taken "$1 is '$4', not '$3'"
}
mkdir -p -- "$S/live"
exec 9>"$S/lock"
flock -w 60 9 || refused locked "another install has held the lock for 60 s"
p="$(sha256sum <"$R${manifestPath}" 2>/dev/null)"
[ "\${p%% *}" = ${quote(proof)} ] || exit ${scriptStatus.moved}
say stage
rm -rf -- "$W"; mkdir -m 0711 -- "$W" && (umask 077; : >"$W/log") || refused not-staged "there is no room for staged files"
tar -x -p --no-same-owner -C "$W" -f - 2>"$W/log" || refused not-staged "the files did not arrive whole"
`;
}

function phases(input: ApplyInput): string[] {
  const { all, files, checks } = input;
  const changed = new Map(files.map((file) => [file.path, file]));
  const puts = all.files.filter(({ change }) => change !== 'remove').map(({ path }) => path);
  const removed = all.files.filter(({ change }) => change === 'remove').map(({ path }) => path);
  const fresh = puts.map((path) => {
    const { mode = 0o644, owner = 'root:root' } = changed.get(path) ?? {};
    return `fresh ${quote(path)} ${mode.toString(8)} ${quote(owner)}`;
  });
  return [
    ...files.flatMap(({ path, store }) => (store === undefined ? [] : [stageLink(path, store)])),
    packages(all),
    ...checks.map(({ role, script }) => `check ${quote(role)} ${quote(script)}`),
    ...all.sysctls.flatMap(({ values }) =>
      values.map(
        ([key]) =>
          `[ -e ${quote(sysctlPath(key))} ] || refused no-such-sysctl ${quote(`this kernel has no ${key}`)}`,
      ),
    ),
    ...fresh,
    puts.length > 0 ? '[ -z "$news" ] || sync -- $news' : ':',
    keepPrevious(input),
    `say swap; printf '%s\\n' ${all.roles.map(quote).join(' ')} >"$S/unfinished.new"; sync -- "$S/unfinished.new"; mv -fT -- "$S/unfinished.new" "$S/unfinished"`,
    all.stop.length > 0
      ? `logged systemctl disable --now -- ${words(all.stop)} || failed unit-not-stopped ${quote(`${all.stop.join(', ')} cannot be stopped`)}`
      : ':',
    ...puts.map((path) => `swap ${quote(path)}`),
    removed.length > 0 ? `rm -f -- ${removed.map((path) => `"$R"${quote(path)}`).join(' ')}` : ':',
    `sync -- ${folders(all.files.map(({ path }) => path))} "$S"`,
    ...all.sysctls.flatMap(({ path, values }) => [
      `logged sysctl -q -p "$R"${quote(path)} || failed sysctl-not-taken ${quote(`the kernel refuses ${path}`)}`,
      ...values.map(
        ([key, value]) => `kernel ${quote(key)} ${quote(sysctlPath(key))} ${quote(value)}`,
      ),
    ]),
    ...units(all),
  ];
}

function stageLink(path: string, store: string): string {
  const folder = path.slice(0, path.lastIndexOf('/'));
  return `mkdir -p -- "$STAGE"${quote(folder)} && ln -s -- "$R"${quote(store)} "$STAGE"${quote(path)}`;
}

/** Missing Debian packages, while nothing that they bring may start (invoke-rc.d's policy layer). */
function packages({ missingPackages: missing, mask }: Difference): string {
  if (missing.length === 0) return ':';
  const before = mask.filter((unit) => unit.before).map(({ unit }) => unit);
  const text = `apt-get cannot install ${missing.join(', ')}`;
  return `say packages ${missing.map(quote).join(' ')}
${before.length > 0 ? `systemctl mask -q -- ${words(before)} 2>/dev/null` : ':'}
P="$R/usr/sbin/policy-rc.d"; mkdir -p -- "\${P%/*}"
[ ! -e "$P" ] || grep -q '# tricade' "$P" || mv -f -- "$P" "$P.tricade-saved"
printf '#!/bin/sh\\n# tricade\\nexit 101\\n' >"$P"; chmod 755 "$P"
get() { apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends -- ${words(missing)} >>"$W/log" 2>&1 </dev/null 9>&-; }
get || { apt-get -q update >>"$W/log" 2>&1 9>&- && get; }; got=$?
rm -f -- "$P"; [ ! -e "$P.tricade-saved" ] || mv -f -- "$P.tricade-saved" "$P"
[ "$got" = 0 ] || refused packages-missing ${quote(text)}`;
}

/** All files of the generation that is live now: what a rollback goes back to. */
function keepPrevious({ unfinished }: ApplyInput): string {
  if (unfinished) return ':';
  return `if [ -f "$R${manifestPath}" ]; then say keep
rm -rf -- "$S/previous.new"; mkdir -m 0700 -- "$S/previous.new" "$S/previous.new/root"
cp -a -- "$S/installed.json" "$S/previous.new/"
sed 's|^/||' "$S/installed.paths" >"$W/paths"
(cd "$R/" && while IFS= read -r p; do [ ! -e "$p" ] || printf '%s\\0' "$p"; done <"$W/paths" | xargs -0r cp -a --parents -t "$S/previous.new/root" --) 2>>"$W/log" || refused not-kept "the files that are live cannot be copied"
rm -rf -- "$S/previous"; mv -T -- "$S/previous.new" "$S/previous"; fi`;
}

function units(all: Difference): string[] {
  const masked = all.mask.filter(({ before }) => !before).map(({ unit }) => unit);
  return [
    masked.length > 0
      ? `say mask ${words(masked)}; logged systemctl mask -q --now -- ${words(masked)} || failed unit-not-masked ${quote(`${masked.join(', ')} cannot be masked`)}`
      : ':',
    all.enable.length > 0
      ? `logged systemctl enable -q --no-reload -- ${words(all.enable)} || failed unit-not-enabled ${quote(`${all.enable.join(', ')} cannot be enabled`)}`
      : ':',
    all.reloadUnits || all.enable.length > 0
      ? 'logged systemctl daemon-reload || failed no-reload "systemd does not reload"'
      : ':',
    ...all.activate.map(({ role, script }) => `activate ${quote(role)} ${quote(script)}`),
    ...all.start.map((unit) => `start ${quote(unit)}`),
  ];
}

/** Waits until every unit is active, then writes down what is installed. */
function finish({ units: all, all: { garbage } }: ApplyInput): string {
  const verify = `say verify
i=0; for u in ${words(all)}; do
  until s="$(systemctl is-active -- "$u" 2>/dev/null)"; [ "$s" = active ]; do
    i=$((i + 1)); { [ "$s" = failed ] || [ "$i" -gt 150 ]; } && show_unit "$u"
    sleep 0.1
  done
done`;
  const waste = garbage.map((name) => `"$R"${quote(`${storeFolder}/${name}`)}`).join(' ');
  return `${all.length > 0 ? verify : ':'}
for f in ${listNames.join(' ')} json; do cp -T -- "$W/installed.$f" "$S/installed.$f.new" && chmod 0600 "$S/installed.$f.new" && sync -- "$S/installed.$f.new" && mv -fT -- "$S/installed.$f.new" "$S/installed.$f" || failed not-recorded "what is installed cannot be written down"; done
rm -f -- "$S/unfinished"${waste === '' ? '' : ` ${waste}`}; sync -- "$S"; rm -rf -- "$W"
say done; exit ${scriptStatus.done}`;
}

function words(all: readonly string[]): string {
  return all.map(quote).join(' ');
}

/** Folders of these files, each once. */
function folders(paths: readonly string[]): string {
  const all = new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/') + 1)));
  return [...all].map((path) => `"$R"${quote(path)}`).join(' ');
}
