# check-layers.awk FILE...: an #include "..." may name a header of its own directory or of a
# lower layer; never upward, never sideways, no exceptions.
#
# The directory of include/X.h is where X.c lives, else where X_*.c lives. A header without
# source states its place itself: " * Layer N." and, for layer 2, the directory in the table
# below. Headers beside their source (src/ledger/ledger_priv.h) belong to that directory.

BEGIN {
	split("base=0 value=1 proof=2 store=2 contract=3 ledger=4 export=5 cli=6 audit=6", row, " ")
	for (i in row) {
		split(row[i], pair, "=")
		layer[pair[1]] = pair[2]
	}
	for (i = 1; i < ARGC; i++) {
		n = split(ARGV[i], part, "/")
		stem = part[n]
		if (part[1] != "include")
			beside[directory(ARGV[i]) "/" stem] = 1
		if (sub(/\.c$/, "", stem))
			home[stem] = directory(ARGV[i])
	}
	for (stem in home)
		for (short = stem; sub(/_[^_]*$/, "", short); )
			if (!(short in home))
				near[short, home[stem]] = 1
}

function directory(path, part)
{
	split(path, part, "/")
	return part[1] == "src" ? part[2] : part[1]
}

# Where include/NAME.h belongs: one directory, or a bare layer number, or nothing.
function place(name, dir, found, count, line, stated)
{
	if (name in placed)
		return placed[name]
	stated = ""
	while ((getline line < ("include/" name ".h")) > 0)
		if (match(line, /Layer [0-6]/)) {
			stated = substr(line, RSTART + 6, 1)
			break
		}
	close("include/" name ".h")
	if (name in home)
		found = home[name]
	else
		for (dir in layer)
			if ((name, dir) in near && (stated == "" || layer[dir] == stated)) {
				found = dir
				count++
			}
	if (count > 1 || found == "")
		found = stated
	if (found in layer && stated != "" && layer[found] != stated)
		refuse("include/" name ".h", 1, "says layer " stated ", its source is in " found \
			", layer " layer[found])
	return placed[name] = found
}

function refuse(file, line, why)
{
	print file ":" line ": " why
	bad = 1
}

FNR == 1 {
	own = directory(FILENAME)
	if (own == "include") {
		n = split(FILENAME, part, "/")
		stem = part[n]
		sub(/\.h$/, "", stem)
		own = place(stem)
		if (own == "")
			refuse(FILENAME, 1, "no layer known: state \"Layer N.\" at its head")
	}
	level = own in layer ? layer[own] : own
}

# The rules are pure: they read no clock and no file; of layer 2 they know the tree's hash.
own == "contract" && /^[ \t]*#[ \t]*include[ \t]*"(clock|file)\.h"/ {
	refuse(FILENAME, FNR, "the rules are pure: no clock, no files")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	name = $0
	sub(/^[^"]*"/, "", name)
	sub(/".*/, "", name)
	if ((own "/" name) in beside)
		next
	if (name !~ /^[a-z0-9_]+\.h$/) {
		refuse(FILENAME, FNR, "includes \"" name "\": our headers have no path in a name")
		next
	}
	sub(/\.h$/, "", name)
	to = place(name)
	if (to == "" || !((to in layer) || to ~ /^[0-9]$/)) {
		refuse(FILENAME, FNR, "includes \"" name ".h\", whose layer is not known")
		next
	}
	to_level = to in layer ? layer[to] : to
	if (own == to || level > to_level && (own != "contract" || to_level < 2 || name == "merkle"))
		next
	if (own ~ /^[0-9]$/ && level == to_level || to ~ /^[0-9]$/ && level == to_level)
		next
	refuse(FILENAME, FNR, "includes \"" name ".h\": " own " (layer " level ") may not know " \
		to " (layer " to_level ")")
}

END { exit bad }
