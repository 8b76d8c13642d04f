# shellcheck shell=bash
# How benchmarks print: a figure, its goal, pass or miss. Sourced by bench.sh and bench-rules.sh.

misses=0
# row WHAT FIGURE UNIT COMPARISON GOAL
row() {
    local verdict=pass
    awk -v f="$2" -v g="$5" -v c="$4" 'BEGIN { exit !(c == "<=" ? f + 0 <= g + 0 : f + 0 >= g + 0) }' || { verdict=miss && misses=$((misses + 1)); }
    printf '%-62s %12s %-9s %s %-10s %s\n' "$1" "$2" "$3" "$4" "$5" "$verdict"
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f", b ? a / b : 0 }'; }
title() { printf '\n%-62s %12s %-9s    %-10s\n' "$1" figure "" goal; }

# The machine, and how busy it was before: other work makes every time longer.
machine() {
    local worked idled others
    read -r worked idled < <(busy)
    sleep 2
    others=$(busy | awk -v w="$worked" -v i="$idled" '{ w = $1 - w; i = $2 - i; printf "%.0f", 100 * w / (w + i) }')
    printf '%s, %s cores, %s GB, PostgreSQL %s%s, %s %% busy before the start\n' \
        "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$(awk '/MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)" \
        "$(ask "SHOW server_version" | cut -d ' ' -f 1)" "${1:-}" "$others"
}
busy() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8, $5 + $6 }' /proc/stat; }

# Ends with 0 whether goals are met or missed; STRICT=1 minds.
verdicts() {
    printf '\n%s\n' "$([ "$misses" = 0 ] && echo "every goal is met" || echo "$misses goals are missed")"
    [ -z "${STRICT:-}" ] || [ "$misses" = 0 ]
}
