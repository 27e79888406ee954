#!/bin/sh
# A 200 to a REGISTER means stored: a hundred times killed at random in a
# stream of REGISTERs, and each time all is there that was acknowledged.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

node_write proxy1 <<CONF
domain = { "example.net" }
auth   = no
peer "phones" {
	address = { "127.0.0.1" }
}
CONF
sed -i -e "s/$PROXY1:5060/127.0.0.1:5060/g" -e 's/"debug"/"error"/' \
	"$LAB_DIR/proxy1/viaduct.conf"
must '100 kills lose no acknowledged registration' lab_in proxy1 \
	build/tool/regkill "$VIADUCT" "$LAB_DIR/proxy1/viaduct.conf" \
	127.0.0.1:5060 100
say "$must_out" | tail -n 1
