#!/bin/sh
# Each call has one record: a hundred and twenty times killed at random under
# calls, and while it starts, and each call that a telephone has heard of
# stands once in the file, in the CSV file and in the history.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

node_write proxy1 <<CONF
domain = { "example.net" }
auth   = no
cdr {
	csv = "$LAB_DIR/proxy1/data/calls.csv"
}
limit {
	requests  = 0
	strangers = 0
	failures  = 0
}
CONF
sed -i -e "s/$PROXY1:5060/127.0.0.1:5060/g" -e 's/"debug"/"error"/' \
	"$LAB_DIR/proxy1/viaduct.conf"
must '120 kills lose no record and double none' lab_in proxy1 \
	build/tool/recordkill "$VIADUCT" "$LAB_DIR/proxy1/viaduct.conf" \
	"$LAB_DIR/proxy1/data" 127.0.0.1:5060 120
say "$must_out" | tail -n 1
