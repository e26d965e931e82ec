#!/usr/bin/env bash
set -euo pipefail
function usage() { cat <<'TEXT'
usage: $0 [N]   # not a comment
TEXT
}
work=${BENCH_WORK:-${TMPDIR:-/dev/shm}/x}; n=$((1 + 2 * n)); arr=(a "b c" 'd')
for i in "${arr[@]}"; do [[ $i =~ ^[a-z]+$ ]] && echo "x: ${i%%.*} $(date +%s) `ls`" || exit 1; done
case ${1:-} in -h | --help) usage && exit ;; *) : ;; esac
while read -r line; do printf '%s\n' "$line" >&2; done < <(grep -v "é" file | sort -u) &
if ! command -v cargo >/dev/null 2>&1; then export PATH=$HOME/bin:$PATH; fi
cat <<-EOF
	$work \$escaped
	EOF
