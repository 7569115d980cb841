#!/bin/sh
# The engine against a second, naive evaluation of the terms language (tests/naive), written
# from contracts/README.md: random contracts and histories, every statement compared line by line.
# UTFALL_PAIRS: how many pairs (800; 200 under the sanitizers); UTFALL_SEED: the first seed (1).
. tests/tap.sh

pairs=${UTFALL_PAIRS:-$(rounds 800)}
seed=${UTFALL_SEED:-1}
. tests/naive/compare.sh

plan 3
compare jonkoping $((pairs / 80))
compare core $((pairs / 2))
compare wide $((pairs / 2))
finish
