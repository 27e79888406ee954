#!/bin/sh
# A call that an account's setting has recorded: the caller's tone is on the
# left of the WAV file, the callee's on the right, and nothing else is there.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

must 'servers start' servers_begin
must 'alice is recorded' node_set proxy1 alice record=yes
phones_begin public_a public_b
sleep 2 # a running server sees a change within that
call_whole
must 'it is relayed for that' verdict_is proxy1 \
	'^relay: the call is recorded'
must 'the file is finished' node_logged proxy1 3 ' record.stopped .*files=wav'
must 'it is a WAV file' recording proxy1 wav
file=$(recording proxy1 wav)
must 'alice is on the left' "$TOOLS/wavtone" "$file" "$HZ_A" "$CALL_SECONDS" 0
must 'bob is on the right' "$TOOLS/wavtone" "$file" "$HZ_B" "$CALL_SECONDS" 1
must_not 'bob is on the left' "$TOOLS/wavtone" "$file" "$HZ_B" 1 0
must_not 'alice is on the right' "$TOOLS/wavtone" "$file" "$HZ_A" 1 1
servers_end
say 'both tones, each on its side'
