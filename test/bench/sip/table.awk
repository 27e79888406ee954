# results.tsv as a table: of the rounds the median, and what ours is to each
# of theirs, with what was aimed at.

function median(key,  n, v, i, j, t) {
	n = split(values[key], v, " ")
	for (i = 2; i <= n; i++) {
		t = v[i] + 0
		for (j = i - 1; j > 0 && v[j] + 0 > t; j--)
			v[j + 1] = v[j]
		v[j + 1] = t
	}
	return n % 2 ? v[(n + 1) / 2] + 0 : (v[n / 2] + v[n / 2 + 1]) / 2
}

function verdict(measure, ratio) {
	if (measure in at_most)
		return sprintf("at most %.1f: %s", at_most[measure],
			ratio <= at_most[measure] ? "met" : "not met")
	if (measure in at_least)
		return sprintf("at least %.1f: %s", at_least[measure],
			ratio >= at_least[measure] ? "met" : "not met")
	return ""
}

BEGIN {
	FS = "\t"
	title["call_cpu"] = "CPU of a call, ms"
	title["call_setup_p50"] = "set-up, p50, ms"
	title["call_setup_p90"] = "set-up, p90, ms"
	title["call_setup_p99"] = "set-up, p99, ms"
	title["call_max"] = "calls/s, most"
	title["call_memory_new"] = "memory of a new call, kB"
	title["call_memory"] = "memory of a call, kB"
	title["call_fds"] = "descriptors of a call"
	title["register_cpu"] = "CPU of a registration, ms"
	title["register_time_p50"] = "registration, p50, ms"
	title["register_time_p90"] = "registration, p90, ms"
	title["register_time_p99"] = "registration, p99, ms"
	title["register_max"] = "registrations/s, most"
	at_most["call_cpu"] = 0.5
	at_most["call_memory"] = 0.2
	at_least["call_max"] = 2
}

{
	key = $1 SUBSEP $2 SUBSEP $3
	if (!(key in values)) {
		if (!(($1, $3) in seen))
			row[++rows] = $1 SUBSEP $3
		seen[$1, $3] = 1
	}
	values[key] = values[key] " " $5
	if (!($2 in known)) {
		known[$2] = 1
		name[++names] = $2
	}
}

END {
	form = "%-26s %6s %10s  %-24s %10s %7s  %s\n"
	printf form, "", "at", "viaduct", "beside", "", "ratio", "target"
	for (i = 1; i <= rows; i++) {
		split(row[i], r, SUBSEP)
		if (!(r[1] in title))
			continue
		ours = r[1] SUBSEP "viaduct" SUBSEP r[2]
		mine = ours in values ? median(ours) : ""
		others = 0
		for (k = 1; k <= names; k++) {
			key = r[1] SUBSEP name[k] SUBSEP r[2]
			if (name[k] == "viaduct" || !(key in values))
				continue
			theirs = median(key)
			ratio = mine != "" && theirs ? mine / theirs : ""
			printf form, title[r[1]], r[2], mine, name[k], theirs,
				ratio == "" ? "" : sprintf("%.2f", ratio),
				ratio == "" ? "" : verdict(r[1], ratio)
			others++
		}
		if (!others)
			printf form, title[r[1]], r[2], mine, "", "", "", ""
	}
}
