#!/bin/sh
# What goes wrong at the start is said in words: port in use, errors in the
# configuration with file and line, and two instances side by side.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

conf=$LAB_DIR/proxy1/viaduct.conf

# run CONF SECONDS: its exit status, words to $LAB_DIR/words
run() {
	lab_in proxy1 timeout "$2" "$VIADUCT" run -c "$1" \
		>"$LAB_DIR/words" 2>&1
	echo "$?"
}

exits() {
	status=$(run "$2" 5)
	cat "$LAB_DIR/words"
	[ "$status" -eq "$1" ]
}

# it lives until it is asked to stop, and then stops well
lives() {
	lab_spawn proxy1 "$LAB_DIR/words" "$VIADUCT" run -c "$1"
	lives_pid=$!
	sleep 2
	cat "$LAB_DIR/words"
	kill -TERM "$lives_pid" && wait "$lives_pid"
}

said() {
	cat "$LAB_DIR/words"
	grep -q "$1" "$LAB_DIR/words"
}

must 'proxy1 is set up' node_proxy proxy1
must 'proxy1 starts' node_start proxy1
sed "s|$LAB_DIR/proxy1|$LAB_DIR/again|" "$conf" >"$LAB_DIR/again.conf"
must 'a second one on the same port exits 1' exits 1 "$LAB_DIR/again.conf"
must 'and says which and why' said "$PROXY1:5060.*Address already in use"

sed 's/announce/anounce/' "$conf" >"$LAB_DIR/typo.conf"
must 'an unknown key exits 2' exits 2 "$LAB_DIR/typo.conf"
must 'with file and line' said "typo.conf:[0-9][0-9]*: "
must 'and what was meant' said 'announce'
sed "s/$PORTS/9-1/" "$conf" >"$LAB_DIR/value.conf"
must 'a bad value exits 2' exits 2 "$LAB_DIR/value.conf"
must 'with file and line' said "value.conf:[0-9][0-9]*: "
must 'no file exits 2' exits 2 "$LAB_DIR/none.conf"
must 'with its name' said 'none.conf'

sed -e "s|$LAB_DIR/proxy1|$LAB_DIR/beside|" -e 's/:5060/:5070/g' \
	-e "s/$PORTS/17000-17099/" "$conf" >"$LAB_DIR/beside.conf"
must 'two instances live side by side' lives "$LAB_DIR/beside.conf"
servers_end
say 'errors in words, exit 1 and 2; two instances'
