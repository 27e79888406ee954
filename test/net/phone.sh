# shellcheck shell=sh
# Telephones of the laboratory: baresip without a head. A tone is its
# microphone, what it hears goes to a WAV file. To be sourced after lab.sh.
#
#   phone_start NAME HOST USER PROXY HZ [ACCOUNT PARAMETER...]
#                           USER: alice, or with a domain that is not ours
#   phone_do NAME 'dial sip:bob@example.net'
#   phone_stop NAME         hang up, quit: now its WAV files are complete
#   phone_hears NAME HZ SECONDS

PHONE_DEVICE=eth0

phone_config() {
	cat <<CONFIG
poll_method		epoll
sip_listen		$3
net_interface		$PHONE_DEVICE
call_local_timeout	60
audio_source		ausine,$2
audio_player		none,none
audio_alert		none,none
ausrc_srate		48000
ausrc_channels		2
audio_buffer		20-160
jitter_buffer_delay	5-10
rtp_ports		10000-15000
statmode_default	off
ringback_disabled	yes
snd_path		$1
module_path		$PHONE_MODULES
module			stdio.so
module			g711.so
module			ausine.so
module			sndfile.so
module_tmp		account.so
module_app		menu.so
$PHONE_MORE
CONFIG
}

PHONE_MODULES=/usr/lib/baresip/modules

# more lines of the configuration
PHONE_MORE=

# its only contact, who gets its messages: "alice" <sip:alice@example.net>
PHONE_CONTACT=

# the account's password is the user's name with "-secret"
phone_start() {
	phone_dir=$LAB_DIR/$1
	mkdir -p "$phone_dir" || return 1
	phone_config "$phone_dir" "$5" "$(lab_listen "$2")" \
		>"$phone_dir/config"
	phone_name=$1
	phone_host=$2
	phone_account="<sip:$(lab_aor "$3")>;auth_user=${3%@*}"
	phone_account="$phone_account;auth_pass=${3%@*}-secret"
	phone_account="$phone_account;outbound=\"sip:$4\""
	shift 5
	printf '%s' "$phone_account;regint=600;answermode=auto" \
		>"$phone_dir/accounts"
	printf ';%s' "$@" >>"$phone_dir/accounts"
	printf '%s\n' "$PHONE_CONTACT" >"$phone_dir/contacts"
	: >"$phone_dir/log"
	[ -p "$phone_dir/keys" ] || mkfifo "$phone_dir/keys" || return 1

	# held open for both directions, its stdin never ends
	# shellcheck disable=SC2016
	lab_spawn "$phone_host" "$phone_dir/log" sh -c 'exec 0<>"$1/keys"
		exec baresip -v -f "$1"' sh "$phone_dir"
	echo "$!" >"$phone_dir/pid"
	wait_until 5 grep -q 'baresip is ready' "$phone_dir/log" || {
		echo "phone $phone_name does not start:"
		tail "$phone_dir/log"
		return 1
	}
}

phone_do() {
	echo "/$2" >"$LAB_DIR/$1/keys"
}

# phone_said NAME SECONDS PATTERN
phone_said() {
	wait_until "$2" grep -qE "$3" "$LAB_DIR/$1/log"
}

phone_registered() {
	phone_said "$1" 10 'registered successfully'
}

phone_talks() {
	phone_said "$1" 10 'Call established'
}

# phone_talks_again NAME N: its N-th call is up
phone_talks_again() {
	wait_until 10 phone_has_talked "$1" "$2"
}

phone_has_talked() {
	[ "$(grep -c 'Call established' "$LAB_DIR/$1/log")" -ge "$2" ]
}

phone_stop() {
	phone_do "$1" hangup
	wait_until 3 phone_idle "$1"
	phone_do "$1" quit
	phone_pid=$(cat "$LAB_DIR/$1/pid")
	wait_until 5 lab_gone "$phone_pid" ||
		kill -9 "$phone_pid" 2>/dev/null || :
}

phone_idle() {
	phone_ups=$(grep -c 'Call established' "$LAB_DIR/$1/log")
	phone_downs=$(grep -c 'audio: destroyed' "$LAB_DIR/$1/log")
	[ "$phone_downs" -ge "$phone_ups" ]
}

# the last call's
phone_wav() {
	for phone_file in "$LAB_DIR/$1"/dump-*-dec.wav; do :; done
	echo "$phone_file"
}

phone_hears() {
	"$TOOLS/wavtone" "$(phone_wav "$1")" "$2" "$3"
}

TOOLS=${TOOLS:-build/tool}
