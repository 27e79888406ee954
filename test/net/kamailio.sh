# shellcheck shell=sh
# Kamailio in one of the places, from test/net/kamailio. To be sourced after
# lab.sh.
#
#   kamailio_start HOST CONFIG PEER [OPTION...]     its address is HOST's
#   kamailio_carrier HOST PEER ACCOUNT SECRET NUMBER [OPTION...]
#                                       bob is NUMBER there

kamailio_start() {
	mkdir -p "$LAB_DIR/kamailio" || return 1
	kamailio_addr=$(node_addr "$1")
	kamailio_host=$1
	kamailio_config=$2
	kamailio_peer=$3
	shift 3
	lab_spawn "$kamailio_host" "$LAB_DIR/kamailio/log" kamailio -DD -E \
		-f "test/net/kamailio/$kamailio_config.cfg" \
		-Y "$LAB_DIR/kamailio" --substdef="!ADDR!$kamailio_addr!" \
		--substdef="!PEER!$kamailio_peer!" "$@"
	echo "$!" >"$LAB_DIR/kamailio/pid"
	wait_until 10 node_listens "$kamailio_host" || {
		echo "kamailio does not start as $kamailio_config:"
		tail -n 20 "$LAB_DIR/kamailio/log"
		return 1
	}
}

kamailio_carrier() {
	kamailio_at=$1
	kamailio_of=$2
	set -- "--substdef=!ACCOUNT!$3!" "--substdef=!SECRET!$4!" \
		"--substdef=!DIALLED!$5!" ${6+"$6" "$7"}
	kamailio_start "$kamailio_at" trunk "$kamailio_of" "$@"
}
