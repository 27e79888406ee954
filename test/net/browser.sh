# shellcheck shell=sh
# A page in a browser as a telephone: Chromium without a head, JsSIP in it
# (test/net/browser). To be sourced after lab.sh and node.sh.
#
#   browser_there               is there one?
#   browser_serve HOST PORT     hands out the page on http://localhost:PORT
#                               in that host
#   browser_start HOST PORT QUERY...    the page of that PORT, "user=alice" ...
#   browser_said HOST TEXT      the page says it, now or in a moment
#   browser_stop HOST

BROWSER_NAME=sip.example.net

# whose page it is: the node that its telephone registers at
BROWSER_NODE=proxy1

browser_there() {
	command -v chromium >/dev/null && command -v python3 >/dev/null
}

browser_serve() {
	mkdir -p "$LAB_DIR/$1-page" || return 1
	lab_spawn "$1" "$LAB_DIR/$1-page/log" python3 -m http.server \
		--bind 127.0.0.1 --directory test/net/browser "$2"
	echo "$!" >"$LAB_DIR/$1-page/pid"
	wait_until 10 browser_served "$1" "$2"
}

browser_served() {
	lab_in "$1" ss -Hltn | grep -q "127.0.0.1:$2 "
}

# the fingerprint of a certificate's key, as the browser wants it
browser_trusts() {
	openssl x509 -in "$1" -noout -pubkey |
		openssl pkey -pubin -outform der |
		openssl dgst -sha256 -binary | openssl enc -base64
}

# the name is in no DNS here, and the browser knows no authority of ours
browser_start() {
	browser_host=$1
	browser_dir=$LAB_DIR/$1-browser
	browser_url="http://localhost:$2/index.html?"
	browser_url="${browser_url}server=wss://$BROWSER_NAME"
	shift 2
	for browser_part; do
		browser_url="$browser_url&$browser_part"
	done
	mkdir -p "$browser_dir/home" || return 1
	lab_spawn "$browser_host" "$browser_dir/log" env \
		HOME="$browser_dir/home" chromium --headless=new --no-sandbox \
		--user-data-dir="$browser_dir/profile" --disable-gpu \
		--disable-dev-shm-usage --disable-background-networking \
		--disable-component-update --no-first-run --no-proxy-server \
		--use-fake-ui-for-media-stream \
		--autoplay-policy=no-user-gesture-required \
		--use-fake-device-for-media-stream \
		--host-resolver-rules="MAP $BROWSER_NAME $(node_addr \
			"$BROWSER_NODE")" \
		--ignore-certificate-errors-spki-list="$(browser_trusts \
			"$LAB_DIR/tls/$BROWSER_NODE.pem")" \
		--enable-logging=stderr --log-level=0 "$browser_url"
	echo "$!" >"$browser_dir/pid"
	wait_until 20 browser_runs "$browser_host"
}

browser_runs() {
	grep -q 'CONSOLE.*page: ' "$LAB_DIR/$1-browser/log"
}

browser_said() {
	wait_until 15 browser_has "$1" "$2"
}

browser_has() {
	grep -F 'CONSOLE' "$LAB_DIR/$1-browser/log" | grep -qF "page: $2"
}

browser_stop() {
	browser_pid=$(cat "$LAB_DIR/$1-browser/pid")
	kill -TERM "$browser_pid" 2>/dev/null
	wait_until 5 lab_gone "$browser_pid" || kill -9 "$browser_pid"
}
