#!/bin/sh
# A disk that is full ends the recording, and the call goes on.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

CALL_SECONDS=6
NODE_SECTIONS="record { directory = \"$LAB_DIR/small\" }"
mkdir "$LAB_DIR/small"
must 'a disk of 96 kB' mount -t tmpfs -o size=96k small "$LAB_DIR/small"

must 'servers start' servers_begin
must 'alice is recorded' node_set proxy1 alice record=yes
phones_begin phone_a phone_b
sleep 2
call_whole
must 'proxy1 relayed both ways' relayed proxy1
must 'the recording has failed' node_logged proxy1 1 \
	' record.failed .*No space left'
must 'what fitted is there' test -s "$(echo "$LAB_DIR"/small/*/*.wav)"
file=$(echo "$LAB_DIR"/small/*/*.wav)
must 'alice can be heard in it' "$TOOLS/wavtone" "$file" "$HZ_A" 1 0
servers_end
say "heard both ways, $(stat -c %s "$file") octets recorded"
