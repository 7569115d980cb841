#!/bin/sh
# As naive.t, over the parts of the language that it has not: small contracts, dates at the
# boundaries, amendments, termination, disputes; and every part of it, with random expressions.
# UTFALL_PAIRS: how many pairs (2400; 600 under the sanitizers); UTFALL_SEED: the first seed (1).
. tests/tap.sh

pairs=${UTFALL_PAIRS:-$(rounds 2400)}
seed=${UTFALL_SEED:-1}
. tests/naive/compare.sh

plan 4
compare broad $((pairs / 4))
compare tiny $((pairs / 4))
compare every $((pairs / 24))
compare small $((pairs / 8))
finish
