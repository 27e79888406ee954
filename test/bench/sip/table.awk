# What median.awk has read as a table: what ours is to each of theirs, and
# what was aimed at.

function verdict(measure, ratio) {
	if (measure in at_most)
		return sprintf("at most %.1f: %s", at_most[measure],
			ratio <= at_most[measure] ? "met" : "not met")
	if (measure in at_least)
		return sprintf("at least %.1f: %s", at_least[measure],
			ratio >= at_least[measure] ? "met" : "not met")
	return ""
}

# rounded as one reads it
function figure(v) {
	return v >= 100 ? sprintf("%.0f", v) : sprintf("%.3g", v)
}

function put(what, at, mine, other, theirs,  ratio) {
	ratio = mine != "" && theirs != "" && theirs + 0 ? mine / theirs : ""
	printf "%-28s %5s %8s  %-26s %8s %6s  %s\n", what, at,
		mine == "" ? "" : figure(mine), other,
		theirs == "" ? "" : figure(theirs),
		ratio == "" ? "" : sprintf("%.2f", ratio),
		ratio == "" ? "" : verdict(measure, ratio)
	what = at = ""
}

function compare(measure, at,  mine, k, others) {
	mine = ""
	if (known(measure, "viaduct", at))
		mine = median(measure, "viaduct", at)
	others = 0
	for (k = 1; k <= names; k++) {
		if (name[k] == "viaduct" || !known(measure, name[k], at))
			continue
		put(title[measure], at, mine, title_of(name[k]),
			median(measure, name[k], at))
		others++
	}
	if (!others)
		put(title[measure], at, mine, "", "")
}

BEGIN {
	title["call_cpu"] = "CPU of a call, ms"
	title["call_repeated"] = "messages sent again, %"
	title["call_failed"] = "calls that failed"
	title["call_max"] = "calls/s, most"
	title["call_memory_new"] = "memory of a new call, kB"
	title["call_memory"] = "memory of a call, kB"
	title["call_fds"] = "descriptors of a call"
	title["register_cpu"] = "CPU of a registration, ms"
	title["register_failed"] = "registrations that failed"
	title["register_max"] = "registrations/s, most"
	split("50 90 99", percent, " ")
	for (i = 1; i <= 3; i++) {
		p = "p" percent[i]
		title["call_time_" p] = "added to set-up, " p ", ms"
		title["register_time_" p] = "registration, " p ", ms"
	}
	at_most["call_cpu"] = 0.5
	at_most["call_memory"] = 0.2
	at_least["call_max"] = 2
}

END {
	printf "\n%-28s %5s %8s  %-26s %8s %6s  %s\n", "median of all rounds",
		"at", "viaduct", "", "", "ratio", "target"
	for (i = 1; i <= rows; i++) {
		split(row[i], r, SUBSEP)
		measure = r[1]
		if (measure in title)
			compare(measure, r[2])
	}
}
