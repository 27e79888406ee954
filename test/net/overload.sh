# shellcheck shell=sh
# More calls than a node can set up. To be sourced after case.sh.
#
#   overload_slow NODE PERCENT    its main loop gets so much of a core; skips
#                                 where no control group can do that
#   overload_sink HOST CALLER     answers calls, in the background
#   overload_offer NAME HOST NODE RATE SECONDS
#                                 new calls by the clock, answered or not
#   overload_whole NAME           whole calls a second while they were offered
#   overload_refused NAME [FROM]  calls refused, from that second on

# what is throttled waits for no longer than that
OVERLOAD_PERIOD_US=20000
OVERLOAD_GROUPS=/sys/fs/cgroup/cpu

overload_slow() {
	# of those that were interrupted
	rmdir "$OVERLOAD_GROUPS"/viaduct-* 2>/dev/null
	overload_group=$OVERLOAD_GROUPS/viaduct-$(basename "$LAB_DIR")
	if ! { mkdir "$overload_group" 2>/dev/null &&
		echo "$OVERLOAD_PERIOD_US" >"$overload_group/cpu.cfs_period_us" &&
		echo "$(($2 * OVERLOAD_PERIOD_US / 100))" \
			>"$overload_group/cpu.cfs_quota_us" &&
		node_pid "$1" >"$overload_group/tasks"; }; then
		skip 'no control group can slow the main loop here'
	fi
}

# its own speed again
overload_free() {
	node_pid "$1" >"$OVERLOAD_GROUPS/tasks"
	rmdir "$overload_group"
}

# overload_sipp NAME HOST SCENARIO MORE...
overload_sipp() {
	overload_dir=$LAB_DIR/$1
	overload_host=$2
	overload_scenario=$PWD/test/net/sipp/$3.xml
	mkdir -p "$overload_dir"
	shift 3
	(
		cd "$overload_dir" || exit 99
		lab_in "$overload_host" sipp -sf "$overload_scenario" \
			-i "$(sipp_addr "$overload_host")" -p 5060 -t u1 \
			-nostdin -trace_stat -stf stat -fd 1 -l 100000 "$@" \
			>log 2>&1 </dev/null
	)
}

overload_sink() {
	overload_sipp sink "$1" load_callee "$(sipp_addr "$2"):5060" \
		>/dev/null 2>&1 &
	wait_until 5 overload_listens "$1"
}

overload_listens() {
	lab_in "$1" ss -Hlun "src $(sipp_addr "$1"):5060" | grep -q .
}

# calls that were not answered in time are no error here
overload_offer() {
	mkdir -p "$LAB_DIR/$1"
	echo "$4 $5" >"$LAB_DIR/$1/offered"
	overload_sipp "$1" "$2" load_caller -r "$4" -m "$(($4 * $5))" \
		-timeout "$(($5 + 3))" "$(node_addr "$3"):5060" || :
}

# overload_sum NAME COUNTER FROM TO: of the seconds of an offer
overload_sum() {
	awk -F ';' -v name="GenericCounter$2(P)" -v from="$3" -v to="$4" '
	NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) field = i }
	NR > 1 && NR - 2 >= from && NR - 2 < to { sum += $field }
	END { print sum + 0 }' "$LAB_DIR/$1/stat"
}

# a call takes a second: they begin to be whole in the second second, and at
# first nothing is known of the load
overload_whole() {
	read -r _ overload_s <"$LAB_DIR/$1/offered"
	echo "$(($(overload_sum "$1" 1 3 $((overload_s + 1))) /
		(overload_s - 2)))"
}

overload_refused() {
	overload_sum "$1" 2 "${2:-0}" 1000
}
