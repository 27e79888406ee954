# shellcheck shell=sh
# linphone, an independent telephone: answers by itself, plays a tone and
# records what it hears. To be sourced after phone.sh.
#
#   linphone_start NAME HOST USER PROXY HZ      PROXY: "203.0.113.1", or with
#                                               ";transport=tls"
#   linphone_stop NAME      then phone_hears-like: linphone_hears NAME HZ S

# more lines of its [sip] section, and sections behind it
LINPHONE_MORE=

# shellcheck disable=SC2034
LINPHONE_ICE='
[net]
nat_policy_ref=lab

[nat_policy_0]
ref=lab
protocols=ice'

linphone_start() {
	linphone_dir=$LAB_DIR/$1
	# it wants its database's folder to be there
	mkdir -p "$linphone_dir/.local/share/linphone" || return 1
	mkfifo "$linphone_dir/keys" || return 1
	cat >"$linphone_dir/rc" <<CONFIG
[sip]
sip_port=5060
sip_tcp_port=-1
root_ca=$LAB_DIR/tls/ca.pem
verify_server_certs=1
verify_server_cn=1
${LINPHONE_MORE-}
[sound]
echocancellation=0
CONFIG
	"$TOOLS/wavtone" -w "$linphone_dir/tone.wav" "$5" 60 || return 1
	# shellcheck disable=SC2016
	lab_spawn "$2" "$linphone_dir/log" sh -c 'exec 0<>"$1/keys"
		HOME=$1 exec linphonec -c "$1/rc" -a -d 4 -l "$1/full"' \
		sh "$linphone_dir"
	echo "$!" >"$linphone_dir/pid"
	cat >"$linphone_dir/keys" <<KEYS
soundcard use files
play $linphone_dir/tone.wav
record $linphone_dir/heard.wav
register sip:$(lab_aor "$3") sip:$4 ${3%@*}-secret
KEYS
	wait_until 15 grep -q 'Register refresher \[200\]' \
		"$linphone_dir/full" || {
		tail -n 30 "$linphone_dir/full"
		return 1
	}
}

linphone_do() {
	echo "$2" >"$LAB_DIR/$1/keys"
}

# linphone_said NAME TEXT: in its log, where its messages are too
linphone_said() {
	grep -qF "$2" "$LAB_DIR/$1/full"
}

linphone_stop() {
	linphone_do "$1" quit
	linphone_pid=$(cat "$LAB_DIR/$1/pid")
	wait_until 5 lab_gone "$linphone_pid" || kill -9 "$linphone_pid"
}

linphone_hears() {
	"$TOOLS/wavtone" "$LAB_DIR/$1/heard.wav" "$2" "$3"
}
