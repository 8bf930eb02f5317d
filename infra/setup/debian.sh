# Debian packages by set (packages/SET.txt). A service that comes with a package neither starts nor
# stays enabled: a lab starts its own copies inside its own hosts.

policy=/usr/sbin/policy-rc.d
policy_mark='# written by the tricade set-up; no service starts while it installs'

# need_packages SET...: installs what is missing of these sets; says nothing when nothing is
need_packages() {
  sets=
  for set in "$@"; do sets="$sets $here/packages/$set.txt"; done
  missing=$(missing_packages $sets)
  [ -z "$missing" ] && return 0
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null ||
    fail "this machine has no apt, and these are missing: $missing" 'Tricade sets up Debian 12 or newer; run it in a Debian machine or container'
  [ "$(id -u)" = 0 ] ||
    fail "Debian packages are missing: $missing" 'run the same command as root, or install them yourself with apt-get install'
  (
    exec 9>/run/lock/tricade-setup.lock
    flock 9
    install_packages $(missing_packages $sets)
  )
}

# missing_packages FILE...: the listed packages that are not installed, on one line
missing_packages() {
  wanted=$(sed 's/#.*//' "$@" | sort -u)
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null | sed -n 's/ installed$//p') || true
  printf '%s\n' $wanted $installed | sort | uniq -u | tr '\n' ' '
}

install_packages() {
  [ $# -gt 0 ] || return 0
  start=$(now_ms)
  say "installing $# Debian packages: $*"
  # a repository that does not answer is no fault as long as the packages are to be had
  logged apt-get -qq -o DPkg::Lock::Timeout=300 update || say 'apt-get update failed; trying with the lists at hand'
  links=$(mktemp)
  enabled_links >"$links"
  trap 'release_services; rm -f "$links"' EXIT
  trap 'exit 130' INT TERM HUP
  hold_services
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 logged apt-get -qq -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold install "$@" ||
    fail 'apt-get install failed' 'its words stand above; check the package sources in /etc/apt'
  disable_new_units "$links"
  say "Debian packages installed in $(seconds_since "$start")"
}

# A policy-rc.d that answers 101 keeps every service from starting (Debian Policy 9.3.3).
# One that stands there already is kept aside; one that a killed run left behind is ours.
hold_services() {
  if [ -e "$policy" ] && ! grep -qF "$policy_mark" "$policy"; then mv "$policy" "$policy.tricade"; fi
  printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" >"$policy"
  chmod 755 "$policy"
}

release_services() {
  rm -f "$policy"
  if [ -e "$policy.tricade" ]; then mv "$policy.tricade" "$policy"; fi
}

# The links that make systemd start a unit.
enabled_links() {
  find /etc/systemd/system -type l -path '*.wants/*' 2>/dev/null | sort
}

# disable_new_units FILE: disables what was not enabled when FILE was written; systemd's own units stay
disable_new_units() {
  enabled_links | comm -13 "$1" - | while read -r link; do
    case $(dpkg -S "$(readlink "$link")" 2>/dev/null) in systemd:*) continue ;; esac
    unit=${link##*/}
    logged systemctl disable "$unit" || say "could not disable $unit"
  done
}
