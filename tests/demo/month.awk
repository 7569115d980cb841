# month.awk -v month=2018-03 people.txt support.txt [months/2018-03.csv]: what the provider reports
# for a month, as CSV: its rows with pseudonyms put in, and the support logged that month.
FILENAME ~ /people\.txt$/ {
	if ($1 !~ /^#/)
		pseudonym[$1] = $2
	next
}
FILENAME ~ /support\.txt$/ {
	if ($1 ~ /^#/)
		next
	split($2, first, "-")
	split(month, now, "-")
	i = (now[1] - first[1]) * 12 + now[2] - first[2]
	if (i >= 0 && $(3 + i) > 0) {
		who[++logged] = $1
		worked[logged] = $(3 + i)
	}
	next
}
FNR == 1 {
	header = $0 ";hours"
	sub(/\r$/, "", header)
	print header
	next
}
{
	n = split($0, cell, ";")
	row = ""
	for (i = 1; i <= 13; i++)
		row = row (i == 3 ? pseudonym[cell[3]] : cell[i]) ";"
	print row
}
END {
	if (header == "")
		print "type;participant;on;kind;hours"
	split("31 28 31 30 31 30 31 31 30 31 30 31", length_of, " ")
	split(month, now, "-")
	last = month "-" length_of[now[2] + 0]
	for (i = 1; i <= logged; i++)
		if (header == "")
			printf "activity.logged;%s;%s;ips_support;%s\n", pseudonym[who[i]], last, worked[i]
		else
			printf "activity.logged;;%s;%s;;ips_support;;;;;;;;%s\n", pseudonym[who[i]], last, \
				worked[i]
}
