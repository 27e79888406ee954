# shellcheck shell=sh
# What was found, for eyes and for programs.
#
#   report DIR    from DIR/sip.tsv: a table to stdout and to sip.txt,
#                 sip.json, and drawings

report_head() {
	printf '"bench": "sip", "date": "%s",\n' "$(date -u +%FT%TZ)"
	printf '  "machine": {"cpu": "%s", "cores": %s, "kernel": "%s"},\n' \
		"$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo |
			sed -n '1s/["\\]//gp;1p' | head -n 1)" \
		"$(nproc)" "$(uname -r)"
	printf '  "logs": "%s", "rounds": %s, "seconds": %s, "users": %s' \
		"$LOGS" "$ROUNDS" "$SECONDS_EACH" "$USERS"
}

report_awk() {
	report_how=$1
	report_dir=$2
	shift 2
	awk -f test/bench/sip/median.awk -f "test/bench/sip/$report_how.awk" \
		"$@" "$report_dir/sip.tsv"
}

report() {
	rm -f "$1"/sip-*
	report_awk table "$1" | tee "$1/sip.txt"
	report_awk json "$1" -v head="$(report_head)" >"$1/sip.json"
	report_awk charts "$1" -v out="$1"
	for report_chart in "$1"/sip-*.chart; do
		[ ! -e "$report_chart" ] || build/tool/chart <"$report_chart" \
			>"${report_chart%.chart}.svg"
	done
	echo "written: $1"
}
