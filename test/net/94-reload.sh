#!/bin/sh
# A hundred reloads, in turn between two files, while two phones talk: the call
# is heard whole, and so is one that begins after them, by other ports.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

conf=$LAB_DIR/proxy1/viaduct.conf

# other_file: what changes is for calls that begin afterwards
other_file() {
	cp "$conf" "$LAB_DIR/one.conf" || return 1
	sed 's/ports *= *"[^"]*"/ports = "20000-20399" media_timeout = 90/' \
		"$conf" >"$LAB_DIR/other.conf"
	cat >>"$LAB_DIR/other.conf" <<EOF
dns { timeout = 2000 }
trace { ladder = 2 size = 0 }
registrar { contacts = 3 }
record { calls = 5 }
hep { server = "udp:$REDIRECT:9060" }
EOF
	! cmp -s "$LAB_DIR/one.conf" "$LAB_DIR/other.conf"
}

# take FILE: as the server says, in one line
take() {
	cp "$1" "$conf"
	"$VIADUCT" ctl reload --json -c "$conf" >"$LAB_DIR/said" || return 1
	grep -q '"relay.ports"' "$LAB_DIR/said" &&
		grep -q '"restart": *\[\]' "$LAB_DIR/said"
}

reload_often() {
	for turn in $(seq 50); do
		if ! take "$LAB_DIR/other.conf" || ! take "$LAB_DIR/one.conf"; then
			echo "turn $turn: $(cat "$LAB_DIR/said")"
			return 1
		fi
	done
	echo '100 reloads'
}

# what the SDP of the call that is up says of us
port_is_other() {
	call=$("$VIADUCT" ctl calls -c "$conf" |
		sed -n 's/^\([0-9a-f]\{16\}\).*/\1/p')
	"$VIADUCT" ctl ladder "$call" --json -c "$conf" |
		grep -Eo 'm=audio 20[0-3][0-9][0-9]' | sort -u
}

must 'servers start' servers_begin
must 'there is another file' other_file
phones_begin phone_a phone_b
call_begin a b bob
must 'the file changes, and changes' reload_often
sleep "$CALL_SECONDS.7"
call_end a b
call_heard a b

must 'the other file is in force' take "$LAB_DIR/other.conf"
phones_begin phone_a phone_b
call_begin a b bob
sleep "$CALL_SECONDS.7"
must 'the new call has other ports' test -n "$(port_is_other)"
call_end a b
call_heard a b
servers_end
say 'a call across 100 reloads, and one by the ports of the last'
