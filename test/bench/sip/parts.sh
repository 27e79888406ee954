# shellcheck shell=sh
# What is measured, each for one contender and one round. To be sourced after
# load.sh. Every figure is a line of results.tsv:
#
#   MEASURE CONTENDER X ROUND VALUE       X is the load, where there is one
#
#   part_NAME CONTENDER ROUND    NAME: calls, max, memory, register,
#                                register_max
#
# A contender is a server's name, and after a colon how it keeps
# registrations.

HOLD=1000

note() {
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" \
		>>"$LAB_DIR/results.tsv"
	echo "  $2 round $4: $1${3:+ at $3} $5"
}

# part_begin CONTENDER
part_begin() {
	case $1 in
	*:*) server_begin "${1%:*}" "${1#*:}" ;;
	*) server_begin "$1" calls ;;
	esac
}

# it runs, and the callees are known to it
part_ready() {
	part_begin "$1" && load_register 500 "$USERS" || return 1
	[ "$(load_number register 'SuccessfulCall(C)')" -eq "$USERS" ] || {
		echo "bench: $1 does not register the phones" >&2
		return 1
	}
	callee_begin
}

# one call, read: both ends are told the relay's address, not each other's
part_is_relayed() {
	part_ready "$1" && load_run caller "$CALLER" 10 1 100 -trace_msg \
		-message_file said || return 1
	part_told=$(awk '/message received/ { on = 1 } /message sent/ { on = 0 }
		on && /^c=/ { print $3 }' "$SERVER_DIR/caller/said" |
		tr -d '\r')
	callee_end
	server_end
	[ "$part_told" = "$SERVER" ] || {
		echo "bench: $1 tells the caller \"$part_told\"" >&2
		return 1
	}
}

# part_each MICROSECONDS COUNT: CPU milliseconds of one
part_each() {
	awk -v us="$1" -v n="$2" 'BEGIN { printf "%.4f\n", us / n / 1000 }'
}

# part_times MEASURE CONTENDER X ROUND: of what was captured, in milliseconds
part_times() {
	capture_times "$SERVER_DIR/pcap" | sort -n >"$SERVER_DIR/times"
	for part_p in 50 90 99; do
		note "$1_p$part_p" "$2" "$3" "$4" "$(part_percentile "$part_p")"
	done
}

part_percentile() {
	awk -v p="$1" '{ v[NR] = $1 }
	END {
		i = int(NR * p / 100 + 0.999)
		if (NR)
			printf "%.3f\n", v[i < 1 ? 1 : i] / 1000
		else
			print "nan"
	}' "$SERVER_DIR/times"
}

# calls_at CONTENDER RATE ROUND
calls_at() {
	load_calls "$2" $(($2 * WARM)) "$HOLD" || return 1
	part_cpu=$(server_cpu)
	load_calls "$2" $(($2 * SECONDS_EACH)) "$HOLD" || return 1
	part_cpu=$(($(server_cpu) - part_cpu))
	part_n=$(load_number caller 'SuccessfulCall(C)')
	[ "$part_n" -gt 0 ] || return 1
	note call_cpu "$1" "$2" "$3" "$(part_each "$part_cpu" "$part_n")"

	# apart, as watching costs something too
	capture_begin "$SERVER_DIR/pcap"
	load_calls "$2" $(($2 * STEP)) "$HOLD" || return 1
	capture_end
	callee_end
	part_times call_time "$1" "$2" "$3"
	note call_repeated "$1" "$2" "$3" "$(load_repeated caller callee)"
	note call_failed "$1" "$2" "$3" "$(load_failed caller)"
}

part_calls() {
	for part_rate in $RATES; do
		part_ready "$1" && calls_at "$1" "$part_rate" "$2" || return 1
		server_end
	done
}

# part_held RATE SECONDS NAME...: less than 1 % of messages were sent again,
# less than 0.1 % of calls failed, and it did not take longer than it should
part_held() {
	part_rate=$1
	part_most=$2
	shift 2
	awk -v rate="$part_rate" -v most="$part_most" \
		-v failed="$(load_failed "$1")" \
		-v good="$(load_number "$1" 'SuccessfulCall(C)')" \
		-v took="$(load_seconds "$1")" \
		-v repeated="$(load_repeated "$@")" 'BEGIN {
		held = repeated < 1 && failed <= good / 1000 &&
			took < most * 1.05 + 0.5
		printf "    %d/s: %s (%.2f %% again, %d failed, %.1f s)\n",
			rate, held ? "held" : "not held", repeated, failed,
			took
		exit !held
	}'
}

calls_hold() {
	part_ready "$1" || return 1
	load_calls "$2" $(($2 * STEP)) "$HOLD" || return 1
	callee_end
	part_held "$2" $((STEP + HOLD / 1000)) caller callee
	part_status=$?
	server_end
	return "$part_status"
}

registrations_hold() {
	part_begin "$1" || return 1
	load_register "$2" $(($2 * STEP)) || return 1
	part_held "$2" "$STEP" register
	part_status=$?
	server_end
	return "$part_status"
}

# part_search CONTENDER TRIAL FROM: the highest rate that holds, within 4 %, in
# PART_MAX. What does not hold may try again: something else may have run.
part_search() {
	part_low=0
	part_high=0
	part_try=$3
	while [ "$part_high" -eq 0 ] ||
		[ $((part_high * 100)) -gt $((part_low * 104)) ]; do
		if "$2" "$1" "$part_try" || "$2" "$1" "$part_try"; then
			part_low=$part_try
		else
			part_high=$part_try
		fi
		[ "$part_try" -gt 20 ] || return 1
		if [ "$part_high" -eq 0 ]; then
			part_try=$((part_low * 3 / 2))
		elif [ "$part_low" -eq 0 ]; then
			part_try=$((part_high * 4 / 5))
		else
			part_try=$(((part_low + part_high) / 2))
		fi
	done
	PART_MAX=$part_low
}

# the last round's result of that measure is where the next one begins
part_start() {
	awk -F '\t' -v measure="$1" -v name="$2" -v from="$3" '
	$1 == measure && $2 == name { from = $5 * 0.9 }
	END { printf "%d\n", from }' "$LAB_DIR/results.tsv"
}

part_max() {
	part_search "$1" calls_hold "$(part_start call_max "$1" 400)" &&
		note call_max "$1" '' "$2" "$PART_MAX"
}

part_register_max() {
	part_search "$1" registrations_hold \
		"$(part_start register_max "$1" 800)" &&
		note register_max "$1" '' "$2" "$PART_MAX"
}

part_register() {
	part_begin "$1" || return 1
	load_register "$REGISTER_RATE" "$USERS" || return 1
	part_cpu=$(server_cpu)
	load_register "$REGISTER_RATE" "$USERS" || return 1
	part_cpu=$(($(server_cpu) - part_cpu))
	part_n=$(load_number register 'SuccessfulCall(C)')
	[ "$part_n" -gt 0 ] || return 1
	note register_cpu "$1" "$REGISTER_RATE" "$2" \
		"$(part_each "$part_cpu" "$part_n")"
	capture_begin "$SERVER_DIR/pcap"
	load_register "$REGISTER_RATE" "$USERS" || return 1
	capture_end
	part_times register_time "$1" "$REGISTER_RATE" "$2"
	note register_failed "$1" "$REGISTER_RATE" "$2" \
		"$(load_failed register)"
	server_end
}

# descriptors allow no more calls than that: four ports each
part_standing() {
	part_most=$(prlimit --pid $$ --nofile --noheadings --output SOFT)
	part_most=$(((part_most - 1000) / 4))
	[ "$1" -gt "$part_most" ] && echo "$part_most" || echo "$1"
}

# memory_at CONTENDER CALLS ROUND: when all are up and REST seconds later,
# when their transactions have been forgotten
memory_at() {
	part_before=$(server_memory)
	part_fds=$(server_fds)
	load_dir caller
	load_sipp caller "$CALLER" -r 200 -m "$2" -d 300000 -l 15000 \
		-timeout 300 &
	part_pid=$!
	sleep $(($2 / 200 + 2))
	[ "$(load_number caller CurrentCall)" -ge $(($2 * 99 / 100)) ] || {
		echo "bench: of $2 calls some do not stand" >&2
		return 1
	}
	note call_memory_new "$1" "$2" "$3" \
		"$(part_share "$part_before" "$(server_memory)" "$2")"
	sleep "$REST"
	note call_memory "$1" "$2" "$3" \
		"$(part_share "$part_before" "$(server_memory)" "$2")"
	note call_fds "$1" "$2" "$3" \
		"$(part_share "$part_fds" "$(server_fds)" "$2")"
	kill -KILL "$part_pid"
	wait "$part_pid" 2>/dev/null || :
}

part_share() {
	awk -v a="$1" -v b="$2" -v n="$3" \
		'BEGIN { printf "%.2f\n", (b - a) / n }'
}

# one round is enough: nothing of it depends on who else runs
part_memory() {
	[ "$2" -eq 1 ] || return 0
	for part_n in $STANDING; do
		part_n=$(part_standing "$part_n")
		part_ready "$1" && memory_at "$1" "$part_n" "$2" || return 1
		kill -KILL "$CALLEE_PID"
		wait "$CALLEE_PID" 2>/dev/null || :
		server_end
	done
}
