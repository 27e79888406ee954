# What median.awk has read, as JSON: each figure with the values of all rounds.
# -v head='"bench": "sip", ...' goes before them.

function list(s) {
	sub(/^ /, "", s)
	gsub(/ /, ", ", s)
	return s
}

END {
	printf "{\n  %s,\n  \"results\": [", head
	for (i = 1; i <= rows; i++) {
		split(row[i], r, SUBSEP)
		for (k = 1; k <= names; k++) {
			if (!known(r[1], name[k], r[2]))
				continue
			printf "%s\n    {\"measure\": \"%s\", " \
				"\"contender\": \"%s\", \"at\": %s, " \
				"\"median\": %s, \"rounds\": [%s]}",
				comma, r[1], name[k], r[2] == "" ? "null" : r[2],
				median(r[1], name[k], r[2]),
				list(values[r[1], name[k], r[2]])
			comma = ","
		}
	}
	print "\n  ]\n}"
}
