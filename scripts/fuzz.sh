#!/usr/bin/env bash
# fuzz.sh [TARGET...]: runs each fuzz target, all of them unless some are named, for FUZZ_SECONDS each. What is newly
# reached lands in fuzz/found, what fails in fuzz/artifacts; a mended fault goes into fuzz/corpus, which the tests replay.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${FUZZ_SECONDS:-60}
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(ls fuzz/corpus)
# No room holds unsafe code, so there is nothing for an address sanitizer to find that would be worth its time.
sanitizer=${FUZZ_SANITIZER:-none}

failed=()
for target in "${targets[@]}"; do
  mkdir -p "fuzz/found/$target"
  echo "fuzz: $target for $seconds s"
  cargo +nightly fuzz run --sanitizer "$sanitizer" "$target" "fuzz/found/$target" "fuzz/corpus/$target" -- \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 || failed+=("$target")
done
if [ ${#failed[@]} -gt 0 ]; then
  echo "fuzz: findings in fuzz/artifacts of ${failed[*]}" >&2
  exit 1
fi
echo "fuzz: ${#targets[@]} targets, $seconds s each, nothing found"
