# What median.awk has read as texts for test/tool/chart.c, sip-*.chart in the
# directory of -v out=DIR.

function has(measure,  i, r) {
	for (i = 1; i <= rows; i++) {
		split(row[i], r, SUBSEP)
		if (r[1] == measure)
			return 1
	}
	return 0
}

function begin(measure, file, title, note) {
	if (!has(measure))
		return 0
	chart = out "/sip-" file ".chart"
	printf "title %s\nnote %s\n", title, note >chart
	return 1
}

# ours has the same colour in all drawings, and so has theirs
function series(label, contender) {
	printf "series %s\ncolour %d\n", label,
		contender == "viaduct" ? 3 : contender ~ /back$/ ? 6 : 2 >chart
}

function line(measure, label, how,  i, k, r, begun) {
	for (k = 1; k <= names; k++) {
		begun = 0
		for (i = 1; i <= rows; i++) {
			split(row[i], r, SUBSEP)
			if (r[1] != measure || !known(measure, name[k], r[2]))
				continue
			if (!begun++) {
				series(title_of(name[k]) label, name[k])
				if (how)
					print how >chart
			}
			printf "at %s %.4f\n", r[2],
				median(measure, name[k], r[2]) >chart
		}
	}
}

function bars(measure, unit,  i, k, r, begun) {
	for (k = 1; k <= names; k++) {
		begun = 0
		for (i = 1; i <= rows; i++) {
			split(row[i], r, SUBSEP)
			if (r[1] != measure || !known(measure, name[k], r[2]))
				continue
			if (!begun++)
				series(title_of(name[k]), name[k])
			printf "bar %.3f %s%s\n",
				median(measure, name[k], r[2]), r[2],
				unit >chart
		}
	}
}

END {
	call = "INVITE, 180, 200, ACK, BYE, 200 over UDP, media relayed"
	if (begin("call_cpu", "cpu", "CPU time of a call", call)) {
		printf "x calls a second\ny milliseconds a call\n" >chart
		line("call_cpu", "")
	}
	if (begin("call_time_p50", "setup", "Time added to a call's set-up",
		"INVITE and 200 in the server")) {
		printf "x calls a second\ny milliseconds\nlog y\n" >chart
		line("call_time_p99", " p99")
		line("call_time_p50", " p50", "dashed")
	}
	if (begin("call_max", "max",
		"Calls a second before 1 % of messages are sent again",
		"the phones take their part of the same cores")) {
		printf "bars\ny calls a second\n" >chart
		bars("call_max", "calls a second")
	}
	if (begin("call_memory", "memory", "Memory of a call that stands",
		"of all processes, what they share counted once")) {
		printf "bars\ny kilobytes a call\n" >chart
		bars("call_memory", " calls")
	}
	if (begin("register_cpu", "register", "CPU time of a registration",
		"REGISTER, 401, REGISTER with digest, 200; kept in SQLite")) {
		printf "bars\ny milliseconds a registration\n" >chart
		bars("register_cpu", " a second")
	}
	if (begin("register_max", "register-max",
		"Registrations a second before 1 % of messages are sent again",
		"the phones take their part of the same cores")) {
		printf "bars\ny registrations a second\n" >chart
		bars("register_max", "registrations a second")
	}
}
