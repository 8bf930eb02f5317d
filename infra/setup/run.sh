#!/bin/sh
# Sets up what is missing on a Debian machine with Node and npm, then runs a command. Run again, it does nothing twice.
#   run.sh demo [ARG...]      packages of core, libraries, then the demo
#   run.sh test [ARG...]      packages of core, test and build, libraries, then every check
#   run.sh fresh [COMMAND...] proves demo and test in an empty Debian, booted on this machine
#   run.sh packages SET...    Debian packages only (packages/SET.txt)
#   run.sh kernel             the kernel of the tests' virtual machine only
#   run.sh libraries          pnpm, libraries and Node 26 only
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$(dirname "$here")")
. "$here/say.sh"
. "$here/debian.sh"
. "$here/node.sh"
. "$here/kernel.sh"

need_root() {
  [ "$(id -u)" = 0 ] || fail "$1 needs root: it makes network namespaces and boots hosts in them" "$2"
}

command=${1-}
[ $# -eq 0 ] || shift
case $command in
demo)
  need_root 'the demo' 'sudo npm run demo'
  need_packages core
  need_libraries
  cd "$root"
  exec "$node26" --conditions=source demo/demo.ts "$@"
  ;;
test)
  need_root 'the whole test suite' 'sudo npm test; ./infra/setup/run.sh libraries and then npm run test:unit need no root'
  need_packages core test build
  need_libraries
  need_kernel
  cd "$root"
  exec "$node26" --conditions=source infra/setup/run-checks.ts "$@"
  ;;
fresh)
  need_root 'fresh' 'sudo pnpm fresh'
  need_packages fresh
  need_libraries
  exec "$node26" --conditions=source "$here/fresh.ts" "$@"
  ;;
packages) need_packages "$@" ;;
libraries) need_libraries ;;
kernel) need_kernel ;;
*)
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
  ;;
esac
