# shellcheck shell=sh
# Kamailio in one of the places, from test/net/kamailio. To be sourced after
# lab.sh.
#
#   kamailio_start HOST CONFIG PEER     its address is HOST's

kamailio_start() {
	mkdir -p "$LAB_DIR/kamailio" || return 1
	kamailio_addr=$(node_addr "$1")
	lab_spawn "$1" "$LAB_DIR/kamailio/log" kamailio -DD -E \
		-f "test/net/kamailio/$2.cfg" -Y "$LAB_DIR/kamailio" \
		--substdef="!ADDR!$kamailio_addr!" --substdef="!PEER!$3!"
	echo "$!" >"$LAB_DIR/kamailio/pid"
	wait_until 10 node_listens "$1" || {
		echo "kamailio does not start as $2:"
		tail -n 20 "$LAB_DIR/kamailio/log"
		return 1
	}
}
