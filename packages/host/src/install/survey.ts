/** What is on a host, read back in one round trip: facts, what the installer wrote down, and whether it still is so. */
import type { Facts, Found, Host, RoleName, Seen } from '@tricade/cluster';
import { factsScript, parseFacts, type Sections, sections, unreadable } from '../facts.ts';
import { quote } from '../shell.ts';
import {
  listNames,
  type Manifest,
  manifestPath,
  parseManifest,
  stateFolder,
  storeFolder,
  sysctlPath,
} from './manifest.ts';

/** State of one file: absent from the map where there is none. */
export interface FileState {
  readonly sha256: string;
  readonly mode: number;
  readonly owner: string;
  /** Target, where it is a symbolic link. */
  readonly link?: string;
}

export interface Survey {
  readonly facts: Facts;
  readonly manifest: Manifest | undefined;
  /** SHA-256 of the manifest's text, '' where there is none: proof, under the lock, that nobody installed in between. */
  readonly manifestSha256: string;
  /** SHA-256 of the lists beside it, one after the other. */
  readonly listsSha256: string;
  /** Roles that an install was about to activate when it broke off. */
  readonly unfinished: readonly string[];
  readonly files: ReadonlyMap<string, FileState>;
  /** Names in the store. */
  readonly store: ReadonlySet<string>;
  /** Unit → `active`, `inactive`, `failed`, …. */
  readonly units: ReadonlyMap<string, string>;
  /** Units that start at boot. */
  readonly enabled: ReadonlySet<string>;
  /** Path below /proc/sys → value as the kernel has it, white space folded. */
  readonly sysctls: ReadonlyMap<string, string>;
}

export interface SurveyQuestion {
  readonly packages?: readonly string[];
  /** Besides those in the manifest. */
  readonly paths?: readonly string[];
  readonly units?: readonly string[];
  readonly sysctls?: readonly string[];
}

/** Reads one host; changes nothing. Throws TRI-S014 where the answer makes no sense, and what the host throws. */
export async function survey(host: Host, question: SurveyQuestion = {}): Promise<Survey> {
  const { stdout } = await host.run(surveyScript(question), { timeoutMs: 30_000 });
  const found = sections(stdout);
  if (!found.has('end')) throw unreadable(host.name);
  const text = found.get('manifest') ?? '';
  const manifest = parseManifest(text);
  if (text.trim() !== '' && !manifest) throw unreadable(host.name);
  const units = unitStates(found.get('units') ?? '');
  return {
    facts: parseFacts(found, host.name, question.packages),
    manifest,
    manifestSha256: (found.get('proof') ?? '').slice(0, 64).trim(),
    listsSha256: (found.get('lists') ?? '').slice(0, 64).trim(),
    unfinished: lines(found, 'unfinished'),
    files: fileStates(found),
    store: new Set(lines(found, 'store')),
    units: new Map(units.map(({ Id = '', ActiveState = '' }) => [Id, ActiveState])),
    enabled: new Set(
      units.filter((unit) => unit.UnitFileState === 'enabled').map(({ Id = '' }) => Id),
    ),
    sysctls: new Map(
      lines(found, 'sysctls').map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), foldSpace(line.slice(colon + 1))];
      }),
    ),
  };
}

/** White space as the kernel and people write it differs: one blank each. */
export function foldSpace(value: string): string {
  return value.trim().split(/\s+/).join(' ');
}

function surveyScript(question: SurveyQuestion): string {
  const { packages = [], paths = [], units = [], sysctls = [] } = question;
  const list = (name: string, extra: readonly string[]) =>
    `{ cat "$R${stateFolder}/installed.${name}" 2>/dev/null || :; echo; printf '%s\\n' ${extra.map(quote).join(' ')}; } | sort -u | sed '/^$/d'`;
  return `export LC_ALL=C; R="\${TRICADE_ROOT-}"
${factsScript(packages)}
echo @@manifest; cat "$R${manifestPath}" 2>/dev/null; echo
echo @@proof; sha256sum <"$R${manifestPath}" 2>/dev/null; echo
echo @@lists; cat ${listNames.map((name) => `"$R${stateFolder}/installed.${name}"`).join(' ')} 2>/dev/null | sha256sum; echo
echo @@unfinished; cat "$R${stateFolder}/unfinished" 2>/dev/null; echo
paths="$(${list('paths', paths)} | sed "s|^|$R|")"
# A link's target lies in the store and never changes: reading the runtime again would take longer than all the rest.
echo @@sums; echo "$paths" | while IFS= read -r p; do [ -L "$p" ] || printf '%s\\0' "$p"; done | xargs -0r sha256sum -- 2>/dev/null; echo
echo @@stat; echo "$paths" | while IFS= read -r p; do [ -e "$p" ] && printf '%s\\0' "$p"; done | xargs -0r stat -c '%a %U:%G %N' -- 2>/dev/null; echo
echo @@store; ls "$R${storeFolder}" 2>/dev/null; echo
echo @@units; units="$(${list('units', units)})"
[ -z "$units" ] || systemctl show --property=Id,ActiveState,UnitFileState -- $units 2>/dev/null
echo @@sysctls; ${list('sysctls', sysctls.map(sysctlPath))} | tr '\\n' '\\0' | xargs -0r grep -H '' -- 2>/dev/null
echo @@root; echo "$R"
echo @@end`;
}

function lines(found: Sections, name: string): string[] {
  return (found.get(name) ?? '').split('\n').filter((line) => line.trim() !== '');
}

/** `systemctl show`: a block of `Property=value` lines per unit. */
function unitStates(text: string): Partial<Record<string, string>>[] {
  const blocks = text.split('\n\n').filter((block) => block.includes('Id='));
  return blocks.map((block) =>
    Object.fromEntries(
      block
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    ),
  );
}

/** `sha256sum` and `stat -c '%a %U:%G %N'`; `%N` quotes names, and shows where a link goes. */
function fileStates(found: Sections): Map<string, FileState> {
  const root = (found.get('root') ?? '').trim();
  const strip = (path: string) => (path.startsWith(root) ? path.slice(root.length) : path);
  const sums = new Map(
    lines(found, 'sums').map((line) => [strip(line.slice(66)), line.slice(0, 64)]),
  );
  const states = lines(found, 'stat').flatMap((line): [string, FileState][] => {
    const [, mode = '', owner = '', path = '', link] =
      /^([0-7]+) (\S+) '([^']*)'(?: -> '([^']*)')?$/.exec(line) ?? [];
    if (path === '') return [];
    const state = { sha256: sums.get(strip(path)) ?? '', mode: Number.parseInt(mode, 8), owner };
    return [[strip(path), link === undefined ? state : { ...state, link: strip(link) }]];
  });
  return new Map(states);
}

/** A survey in the model's words: what `plan` and `status` read. A role counts as installed only while its files are so and its units run. */
export function asFound(found: Survey): Found {
  const { facts, manifest, files, units, unfinished, sysctls } = found;
  const role = (name: RoleName): Seen => {
    const drifted = (manifest?.files ?? []).filter(
      (file) => file.role === name && !isAsWritten(file, files.get(file.path)),
    );
    const own = manifest?.roles.find((each) => each.role === name);
    const stopped = (own?.bundle.units ?? []).filter((unit) => units.get(unit) !== 'active');
    const unset = Object.entries(own?.bundle.sysctls ?? {}).filter(
      ([key, value]) => sysctls.get(sysctlPath(key)) !== foldSpace(value),
    );
    const notes = [
      ...drifted.map(({ path }) => `${path} is not as it was installed`),
      ...unset.map(
        ([key, value]) => `${key} is ${sysctls.get(sysctlPath(key)) || 'absent'}, not ${value}`,
      ),
      ...stopped.map((unit) => `${unit} is ${units.get(unit) ?? 'unknown'}`),
      ...(unfinished.includes(name) ? ['an install broke off before it was active'] : []),
    ];
    return {
      bundleDigest: notes.length === 0 ? (own?.digest ?? '') : '',
      running: stopped.length === 0,
      notes,
    };
  };
  return {
    facts,
    generation: manifest?.generation,
    roles: Object.fromEntries((manifest?.roles ?? []).map((each) => [each.role, role(each.role)])),
  };
}

/** Is a file as the manifest has it? A link into the store counts by its target: the store's files never change, and a link to nothing is not listed. */
export function isAsWritten(
  file: { sha256: string; mode: number; owner: string; store?: string },
  state: FileState | undefined,
): boolean {
  if (!state) return false;
  if (file.store !== undefined) return state.link === file.store;
  const same = state.sha256 === file.sha256 && state.mode === file.mode;
  return same && state.owner === file.owner && state.link === undefined;
}
