# shellcheck shell=sh
# sipp as both ends. To be sourced after server.sh.
#
#   load_register RATE COUNT     the users register, from the callee's address
#   callee_begin, callee_end
#   load_calls RATE COUNT HOLD   calls of HOLD ms, begun by the clock whether
#                                or not others have ended (open loop)
#   load_number NAME FIELD       of its statistics: "SuccessfulCall(C)"
#   load_failed NAME             calls that did not end well, or not in time
#   load_seconds NAME            how long it ran
#   load_repeated NAME...        per cent of messages that were sent again

# what is still open so many seconds after the last call should have ended
# has failed
LOAD_PATIENCE=4

# load_sipp NAME ADDR MORE...: the files of its own go where it runs
load_sipp() {
	load_scenario=$PWD/test/bench/sip/$1.xml
	load_addr=$2
	cd "$SERVER_DIR/$1" || exit 99
	shift 2
	exec sipp -sf "$load_scenario" -i "$load_addr" -p 5060 -t u1 \
		-nostdin -inf "$LAB_DIR/users.csv" -trace_stat -stf stat \
		-fd 1 -trace_counts -trace_err -error_file errors "$@" \
		"$SERVER:5060" >log 2>&1 </dev/null
}

load_dir() {
	rm -rf "${SERVER_DIR:?}/$1"
	mkdir "$SERVER_DIR/$1"
}

# load_run NAME ADDR RATE COUNT HOLD [MORE...]. sipp's own -timeout waits for
# all calls: who is not done in time is killed, its files are of each second.
load_run() {
	load_dir "$1"
	load_name=$1
	load_addr=$2
	load_most=$(($4 / $3 + $5 / 1000 + LOAD_PATIENCE))
	load_terms="-r $3 -m $4 -d $5 -l 15000"
	shift 5
	# shellcheck disable=SC2086 # words
	load_sipp "$load_name" "$load_addr" $load_terms "$@" &
	LOAD_PID=$!
	wait_until "$load_most" lab_gone "$LOAD_PID" || kill -KILL "$LOAD_PID"
	wait "$LOAD_PID" 2>/dev/null
	load_status=$?
	# some calls failed, or the time was over: for the caller to judge
	case $load_status in
	0 | 1 | 137) return 0 ;;
	esac
	echo "bench: sipp $load_name ends with $load_status:" >&2
	tail -n 20 "$SERVER_DIR/$load_name/log" >&2
	return 1
}

load_register() {
	load_run register "$CALLEE" "$1" "$2" 0
}

load_calls() {
	load_run caller "$CALLER" "$@"
}

callee_listens() {
	ss -Hlun "src $CALLEE:5060" | grep -q .
}

callee_begin() {
	load_dir callee
	load_sipp callee "$CALLEE" &
	CALLEE_PID=$!
	wait_until 5 callee_listens
}

callee_end() {
	kill -USR1 "$CALLEE_PID"
	wait_until 3 lab_gone "$CALLEE_PID" || kill -KILL "$CALLEE_PID"
	wait "$CALLEE_PID" 2>/dev/null || :
}

load_number() {
	awk -F ';' -v name="$2" '
	NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) field = i }
	END { print $field + 0 }' "$SERVER_DIR/$1/stat"
}

# begun, and not ended as they should
load_failed() {
	echo $(($(load_number "$1" 'TotalCallCreated') -
		$(load_number "$1" 'SuccessfulCall(C)')))
}

load_seconds() {
	awk -F ';' 'NR == 2 { split($1, t, "\t"); from = t[3] }
	END { split($3, t, "\t"); printf "%.3f\n", t[3] - from }' \
		"$SERVER_DIR/$1/stat"
}

# the last line of each file holds the sums of its columns
load_repeated() {
	for load_name; do
		for load_counts in "$SERVER_DIR/$load_name"/*_counts.csv; do
			head -n 1 "$load_counts"
			tail -n 1 "$load_counts"
		done
	done | awk -F ';' '
	NR % 2 { for (i = 1; i <= NF; i++) name[i] = $i; next }
	{
		for (i = 1; i <= NF; i++) {
			if (name[i] ~ /_(Sent|Recv)$/) all += $i
			if (name[i] ~ /_Retrans$/) again += $i
		}
	}
	END { printf "%.3f\n", all ? 100 * again / all : 100 }'
}
