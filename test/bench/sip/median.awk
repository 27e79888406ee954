# Reads results.tsv: values[measure, contender, at] are those of all rounds,
# row[1..rows] are "measure SUBSEP at" and name[1..names] contenders in the
# order of their coming.

function median_of(list,  n, v, i, j, t) {
	n = split(list, v, " ")
	for (i = 2; i <= n; i++) {
		t = v[i]
		for (j = i - 1; j > 0 && v[j] + 0 > t + 0; j--)
			v[j + 1] = v[j]
		v[j + 1] = t
	}
	return n % 2 ? v[(n + 1) / 2] + 0 : (v[n / 2] + v[n / 2 + 1]) / 2
}

function known(measure, contender, at) {
	return (measure, contender, at) in values
}

function median(measure, contender, at) {
	return median_of(values[measure, contender, at])
}

function title_of(contender) {
	if (contender == "kamailio")
		return "Kamailio + rtpengine"
	if (contender == "kamailio:write-through")
		return "Kamailio, written through"
	if (contender == "kamailio:write-back")
		return "Kamailio, written later"
	return contender
}

BEGIN { FS = "\t" }

$5 == "nan" { next }

{
	values[$1, $2, $3] = values[$1, $2, $3] " " $5
	if (!(($1, $3) in row_of)) {
		row_of[$1, $3] = ++rows
		row[rows] = $1 SUBSEP $3
	}
	if (!($2 in name_of)) {
		name_of[$2] = ++names
		name[names] = $2
	}
}
