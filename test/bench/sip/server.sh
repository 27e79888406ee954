# shellcheck shell=sh
# The servers that are compared, one at a time, on SERVER port 5060. To be
# sourced after test/net/lab.sh.
#
#   server_begin NAME [MODE]    viaduct | kamailio; MODE is what it stands
#                               for: calls, or how registrations are kept
#   server_end
#   server_cpu                  microseconds of CPU that it has had
#   server_memory               kB that it holds
#   server_fds                  descriptors that it holds

VIADUCT=${VIADUCT:-build/viaduct}
SERVER=203.0.113.1
CALLER=198.51.100.20
# shellcheck disable=SC2034 # load.sh's
CALLEE=198.51.100.21

# What does best here: with 1 or 2 a call costs more. SQLite knows one writer
# at a time, and several lock each other out.
KAMAILIO_CALLS=4
KAMAILIO_DATABASE=1

# SERVER_DIR of one run
server_dir() {
	SERVER_DIR=$LAB_DIR/run.$((${server_runs:=0} + 1))
	server_runs=$((server_runs + 1))
	mkdir -p "$SERVER_DIR"
}

server_listens() {
	ss -Hlun "src $SERVER:5060" | grep -q .
}

server_ng_listens() {
	ss -Hlun 'src 127.0.0.1:2223' | grep -q .
}

# server_spawn NAME CMD...
server_spawn() {
	server_name=$1
	shift
	"$@" >"$SERVER_DIR/$server_name.log" 2>&1 </dev/null &
	SERVER_ROOTS="$SERVER_ROOTS $!"
}

viaduct_begin() {
	case $LOGS in quiet) server_log=warn ;; *) server_log=info ;; esac
	sed -e "s,@ADDR@,$SERVER," -e "s,@CALLER@,$CALLER," \
		-e "s,@DIR@,$SERVER_DIR," -e "s,@LOG@,$server_log," \
		test/bench/sip/viaduct.conf >"$SERVER_DIR/viaduct.conf"
	users_viaduct | "$VIADUCT" user import -c "$SERVER_DIR/viaduct.conf" \
		- >"$SERVER_DIR/import.log" 2>&1 || {
		cat "$SERVER_DIR/import.log"
		return 1
	}
	server_spawn viaduct "$VIADUCT" run -c "$SERVER_DIR/viaduct.conf"
}

kamailio_database() {
	for server_sql in standard auth_db usrloc; do
		cat "/usr/share/kamailio/db_sqlite/$server_sql-create.sql"
	done | sqlite3 "$SERVER_DIR/kamailio.db" &&
		users_kamailio | sqlite3 "$SERVER_DIR/kamailio.db"
}

# kamailio_begin calls | write-through | write-back
kamailio_begin() {
	case $LOGS in quiet) server_log=-1 ;; *) server_log=2 ;; esac
	case $1 in
	write-through) set -- -A DB -A DB_MODE=1 ;;
	write-back) set -- -A DB -A DB_MODE=2 ;;
	*) set -- ;;
	esac
	server_children=$KAMAILIO_CALLS
	[ $# -eq 0 ] || {
		server_children=$KAMAILIO_DATABASE
		kamailio_database || return 1
	}
	sed -e "s,DBFILE,${SERVER_DIR#/}/kamailio.db," \
		-e "s,ADDR,$SERVER," -e "s,=LOG$,=$server_log," \
		-e "s,=CHILDREN$,=$server_children," \
		test/bench/sip/kamailio.cfg >"$SERVER_DIR/kamailio.cfg"
	server_spawn kamailio kamailio -DD -E -m 1024 -M 16 "$@" \
		-f "$SERVER_DIR/kamailio.cfg" -Y "$SERVER_DIR"
}

rtpengine_begin() {
	case $LOGS in quiet) server_log=4 ;; *) server_log=6 ;; esac
	echo '[rtpengine]' >"$SERVER_DIR/rtpengine.conf"
	server_spawn rtpengine rtpengine --foreground --log-stderr \
		--log-level="$server_log" --table=-1 --interface="$SERVER" \
		--listen-ng=127.0.0.1:2223 --port-min=10000 \
		--port-max=59999 --num-threads="$(nproc)" --delete-delay=0 \
		--tos=184 --timeout=600 \
		--config-file="$SERVER_DIR/rtpengine.conf"
	wait_until 10 server_ng_listens
}

server_start() {
	case $1/$2 in
	viaduct/*) viaduct_begin ;;
	kamailio/calls) rtpengine_begin && kamailio_begin calls ;;
	kamailio/*) kamailio_begin "$2" ;;
	esac
}

server_begin() {
	server_dir
	SERVER_ROOTS=
	if ! server_start "$1" "${2-calls}" ||
		! wait_until 10 server_listens; then
		echo "bench: $1 does not start:" >&2
		tail -n 20 "$SERVER_DIR"/*.log >&2
		return 1
	fi
	SERVER_PIDS=$(server_family)
}

# the processes and all that they have begun
server_family() {
	cat /proc/[0-9]*/stat 2>/dev/null | awk -v roots="$SERVER_ROOTS" '
	{
		pid = $1
		sub(/.*\) /, "")
		parent[pid] = $2
	}
	END {
		n = split(roots, root, " ")
		for (i = 1; i <= n; i++)
			own[root[i]] = 1
		do {
			more = 0
			for (p in parent) {
				if (!(p in own) && parent[p] in own) {
					own[p] = 1
					more = 1
				}
			}
		} while (more)
		for (p in own)
			printf "%s ", p
	}'
}

# a scheduler's sum, exact where utime and stime are rounded to 10 ms for
# each process
server_cpu() {
	for server_pid in $SERVER_PIDS; do
		cat "/proc/$server_pid/task"/*/schedstat
	done | awk '{ ns += $1 } END { printf "%d\n", ns / 1000 }'
}

# what processes share is counted once
server_memory() {
	for server_pid in $SERVER_PIDS; do
		cat "/proc/$server_pid/smaps_rollup"
	done | awk '/^Pss:/ { kb += $2 } END { print kb + 0 }'
}

server_fds() {
	for server_pid in $SERVER_PIDS; do
		ls "/proc/$server_pid/fd"
	done | wc -l
}

server_gone() {
	for server_pid in $SERVER_PIDS; do
		lab_gone "$server_pid" || return 1
	done
}

server_end() {
	# shellcheck disable=SC2086 # pids are words
	kill -TERM $SERVER_ROOTS 2>/dev/null
	wait_until 10 server_gone || {
		# shellcheck disable=SC2086
		kill -KILL $SERVER_PIDS 2>/dev/null
		wait_until 5 server_gone
	}
	SERVER_ROOTS=
	[ -n "${LAB_KEEP-}" ] || rm -rf "$SERVER_DIR"
}
