# What the set-up prints: one line a step, on stderr, so that stdout stays the command's own.

say() {
  printf 'setup: %s\n' "$*" >&2
}

# fail MESSAGE HINT
fail() {
  printf 'setup: error: %s\n  hint: %s\n' "$1" "$2" >&2
  exit 1
}

now_ms() {
  date +%s%3N
}

# seconds_since START_MS: "12.3 s"
seconds_since() {
  tenths=$((($(now_ms) - $1) / 100))
  printf '%s.%s s' $((tenths / 10)) $((tenths % 10))
}

# logged COMMAND...: quiet when it works; its output when it does not
logged() {
  log=$(mktemp)
  if "$@" >"$log" 2>&1 </dev/null; then
    rm -f "$log"
    return 0
  fi
  cat "$log" >&2
  rm -f "$log"
  return 1
}
