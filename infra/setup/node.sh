# pnpm, the libraries and Node 26: all inside the checkout. A global pnpm is used where it is new enough.

pnpm_version=12.21.0
node26=$root/node_modules/node/bin/node
ready=$root/node_modules/.tricade-ready

# npm and what it starts: the audit of a lock file that is fixed anyway can hang for minutes where it is not answered
export npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false

# need_libraries: node_modules as pnpm-lock.yaml says; says nothing when it is
need_libraries() {
  [ -x "$node26" ] && [ "$ready" -nt "$root/pnpm-lock.yaml" ] && return 0
  mkdir -p "$root/.tools"
  (
    exec 9>"$root/.tools/lock"
    flock 9
    find_pnpm
    start=$(now_ms)
    say 'installing the libraries and Node 26 of pnpm-lock.yaml'
    # CI=true: pnpm asks nothing. The tree is only ever as the lock file says. Libraries are chosen for the Node that runs
    # them, not for the one that the machine has.
    CI=true logged "$pnpm" --dir "$root" install --frozen-lockfile "--config.node-version=$(wanted_node)" ||
      fail 'pnpm install failed' 'its words stand above; check that npm reaches its registry: npm ping'
    [ -x "$node26" ] ||
      fail 'Node 26 did not arrive with the libraries' 'remove node_modules and try again; the package "node" needs its install script'
    "$node26" --version >/dev/null 2>&1 || need_packages runtime
    touch "$ready"
    version=$("$node26" --version) || fail "Node 26 does not start" "its words stand above"
    say "libraries and Node $version ready in $(seconds_since "$start")"
  )
}

# wanted_node: the version in "node": "^26.10.0" of package.json
wanted_node() {
  sed -n 's/^ *"node": "^\([0-9.]*\)",*$/\1/p' "$root/package.json" | tail -n 1
}

# find_pnpm: sets $pnpm; 11 is the first that knows allowBuilds of pnpm-workspace.yaml
find_pnpm() {
  pnpm=$root/.tools/node_modules/.bin/pnpm
  [ -x "$pnpm" ] && return 0
  global=$(cd / && pnpm --version 2>/dev/null) || global=0
  if [ "${global%%.*}" -ge 11 ]; then
    pnpm=pnpm
    return 0
  fi
  command -v npm >/dev/null || fail 'npm is missing' 'apt-get install nodejs npm'
  start=$(now_ms)
  say "installing pnpm $pnpm_version into .tools"
  logged npm install --prefix "$root/.tools" --no-save --no-package-lock "pnpm@$pnpm_version" ||
    fail 'pnpm could not be installed' 'its words stand above; check that npm reaches its registry: npm ping'
  say "pnpm ready in $(seconds_since "$start")"
}
