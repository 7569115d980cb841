# check-source.awk FILE...: the rules of tests/check-source.sh, one row each.
#
# A row is: where it applies, where it does not, what of a line it reads, the pattern, why.
# `code` is the line without comments and without what is inside quotes, `text` is it without
# comments, `line` is all of it. Standard input, read first as "-", is a list of functions:
# FILE FIRST-LINE LAST-LINE NAME.

function rule(where, but, part, pattern, why)
{
	rules++
	r_where[rules] = where
	r_but[rules] = but
	r_part[rules] = part
	r_pattern[rules] = pattern
	r_why[rules] = why
}

BEGIN {
	c = "\\.[ch]$"
	ours = "^(src|include|audit)/.*" c
	none = "^$"
	rule(ours, none, "code", "(^|[^A-Za-z0-9_])(float|double)([^A-Za-z0-9_]|$)",
		"no floating point in a ledger")
	rule(ours, none, "code", "(^|[^A-Za-z0-9_.])[0-9]+\\.[0-9]",
		"no floating point in a ledger")
	rule(c, none, "code", call("strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|atoll|strtok|" \
		"tmpnam|mktemp|alloca"),
		"banned: it cannot be told how much room there is, or that it failed")
	rule(ours, none, "code", call("strncpy|strncat|sscanf|fscanf|scanf|strtod|strtof|" \
		"atof|rand|srand|random|system|popen|setjmp|longjmp|setlocale"),
		"banned function")
	rule(ours, none, "code", call("localtime|localtime_r|gmtime|gmtime_r|mktime|timegm|" \
		"asctime|ctime|strftime|strptime"),
		"dates are date.h's: no calendar of the C library")
	rule(ours, "^src/base/clock\\.c$", "code", call("time|gettimeofday|clock_gettime"),
		"one clock: clock.h")
	rule(ours, "^(src/cli/main|audit/main)\\.c$", "code", call("exit|_exit|quick_exit"),
		"no exit below main: return a reason")
	rule(ours, "^src/store/", "text",
		"\"[ ]*(SELECT|INSERT|UPDATE|DELETE|CREATE|PRAGMA|BEGIN|COMMIT)[ \"]",
		"SQL lives in src/store only")
	rule(ours, "^src/store/", "text", library("sqlite3\\.h|libpq-fe\\.h"),
		"the database's header is for src/store only")
	rule(ours, "^src/proof/", "text", library("sodium[./]"),
		"libsodium's header is for src/proof only")
	rule(ours, "^src/value/hash[a-z_]*\\.c$", "text", library("openssl/"),
		"libcrypto's header is for src/value/hash.c only")
	rule(ours, "^audit/", "text", library("microhttpd\\.h"),
		"libmicrohttpd's header is for audit only")
	rule(ours, "^(src/cli|audit)/", "text", library("curl/"),
		"libcurl's header is for src/cli and audit only")
	rule(ours, none, "text", library("jansson\\.h"), "JSON is json.h's")
	rule(ours, none, "code", "^typedef (struct|enum|union)[^(]*$",
		"no typedef of structs or enums")
	rule(c, none, "line", "^        +[^ *]", "indent by tabs")
	rule(c, none, "line", "[ \t]$", "white space at the end")
	rule(".", "\\.(md|1)$", "line", "(^|[^A-Za-z])(TO" "DO|FIX" "ME|XX" "X)([^A-Za-z]|$)",
		"finish it, or say in words what is missing")
	rule(".", none, "line", "/(home|Users)/[a-z]|/ro" "ot/|/wor" "k/",
		"the path of one machine")
}

# One of these names, called; not a name that only ends like it, nor a member.
function call(names)
{
	return "(^|[^A-Za-z0-9_.>])(" names ")[ ]?\\("
}

function library(names)
{
	return "^[ \t]*#[ \t]*include[ \t]*[<\"](" names ")"
}

# Sets `text` and `code` from $0, following comments across lines.
function strip(rest, at, quote, body)
{
	rest = $0
	text = code = ""
	for (;;) {
		if (in_comment) {
			at = index(rest, "*/")
			if (at == 0)
				return
			in_comment = 0
			rest = substr(rest, at + 2)
		}
		if (!match(rest, /\/\*|\/\/|"|'/)) {
			text = text rest
			code = code rest
			return
		}
		text = text substr(rest, 1, RSTART - 1)
		code = code substr(rest, 1, RSTART - 1)
		quote = substr(rest, RSTART, 1)
		if (quote == "/") {
			if (substr(rest, RSTART, 2) == "//")
				return
			in_comment = 1
			rest = substr(rest, RSTART + 2)
			continue
		}
		rest = substr(rest, RSTART + 1)
		body = ""
		while (match(rest, /[\\"']/)) {
			at = substr(rest, RSTART, 1)
			body = body substr(rest, 1, RSTART)
			if (at == "\\") {
				body = body substr(rest, RSTART + 1, 1)
				rest = substr(rest, RSTART + 2)
				continue
			}
			rest = substr(rest, RSTART + 1)
			if (at == quote)
				break
		}
		text = text quote body
		code = code quote quote
	}
}

function complain(why)
{
	if (waiver) {
		waiver_used = 1
		return
	}
	print FILENAME ":" FNR ": " why ": " $0
	bad = 1
}

# Columns: a tab goes to the next multiple of `tab` (-v tab=8 shows what a terminal would), a
# UTF-8 character counts once.
function columns(line, n, parts, i, width)
{
	gsub(/[\200-\277]/, "", line)
	if (index(line, "\t") == 0 || tab <= 1)
		return length(line)
	n = split(line, parts, "\t")
	width = 0
	for (i = 1; i < n; i++) {
		width += length(parts[i])
		width += tab - width % tab
	}
	return width + length(parts[n])
}

FILENAME == "-" {
	size = $3 - $2 + 1
	functions++
	sizes[size]++
	if (size > longest)
		longest = size
	if (size > 70)
		too_long[$1, $2] = $4 "() has " size " lines; at most 70: split it"
	next
}

FNR == 1 {
	finish_file()
	in_comment = 0
	active = 0
	for (i = 1; i <= rules; i++)
		if (FILENAME ~ r_where[i] && FILENAME !~ r_but[i])
			applies[++active] = i
	is_c = FILENAME ~ /\.[ch]$/
	# not .t: shell tests quote messages and rows of data whole
	wide = is_c || FILENAME ~ /\.(sh|awk|sql)$/
	sized = FILENAME ~ /^(src|audit)\/.*\.c$/
	last = FILENAME
	name = FILENAME
	sub(/.*\//, "", name)
	if (FILENAME ~ /^(src|include|audit)\/.*\.[ch]$/ && index($0, "/* " name " - ") != 1)
		complain("the first line says what it is: /* " name " - ...")
}

{
	lines = FNR
	waiver = waiver_used = 0
	if (is_c) {
		waiver = match($0, /\/\* allow: [^ *][^*]*\*\//)
		strip()
	} else {
		waiver = match($0, /# allow: [^ ]/)
		text = code = $0
	}
	for (a = 1; a <= active; a++) {
		i = applies[a]
		part = r_part[i] == "code" ? code : r_part[i] == "text" ? text : $0
		if (part ~ r_pattern[i])
			complain(r_why[i])
	}
	if ((FILENAME, FNR) in too_long)
		complain(too_long[FILENAME, FNR])
	# tables of cases in tests may run a little wider than what is read as prose
	most = FILENAME ~ /^tests\// ? 120 : 100
	if (wide && length($0) > 80 && columns($0) > most)
		complain("wider than " most " columns")
	if (waiver && !waiver_used && FILENAME !~ /^tests\/check-/) {
		print FILENAME ":" FNR ": a reason (allow:) that nothing needs: " $0
		bad = 1
	}
}

function finish_file()
{
	if (last != "" && sized && lines > 600) {
		print last ":600: " lines " lines; at most 600: split it"
		bad = 1
	}
}

END {
	finish_file()
	for (size = 1; size <= longest; size++) {
		sum += sizes[size]
		if (!p50 && sum * 2 >= functions)
			p50 = size
		if (!p90 && sum * 10 >= functions * 9)
			p90 = size
	}
	if (functions)
		printf "%d functions: lines p50 %d, p90 %d, longest %d\n", functions,
			p50, p90, longest
	exit bad
}
