# For naive.t and its like: compares one kind of random pairs.
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE

compare() {
	last=$((seed + $2 - 1))
	run python3 tests/naive/compare.py "$helpers/cli/settle_json" --kind "$1" \
		--seeds "$seed-$last" --shrink
	printf '%s\n' "$out"
	[ -z "$err" ] || note "$err"
	is "$status" 0 "$1: seeds $seed to $last settle alike"
}
