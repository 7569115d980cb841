#!/bin/sh
# embed.sh GROUP FOLDER FILE...: prints C that holds the files, for include/embed.h.
#
# Each file becomes embed_<name> (its path below FOLDER with every other
# character than letters and digits turned into _), its size embed_<name>_size,
# and a row of embed_GROUP[]. A NUL stands behind the bytes and is not counted.
set -eu

group=$1 folder=$2
shift 2

echo '#include "embed.h"'
rows=
count=0
for file in "$@"; do
	name=${file#"$folder"}
	id=embed_$(printf '%s' "$name" | tr -c 'A-Za-z0-9' '_')
	size=$(($(wc -c <"$file")))
	echo "extern const unsigned char $id[];"
	echo "extern const size_t ${id}_size;"
	echo "const size_t ${id}_size = $size;"
	echo "const unsigned char $id[] = {"
	od -An -v -tu1 "$file" | awk '{ gsub(/ +/, ","); print substr($0, 2) "," }'
	echo '0 };'
	rows="$rows	{ \"$name\", $id, $size },
"
	count=$((count + 1))
done
echo "const size_t embed_${group}_count = $count;"
echo "const struct embed embed_$group[] = {"
printf '%s' "$rows"
echo '	{ 0 }'
echo '};'
