#!/bin/sh
# kill -9 in the middle of a recorded call: the file can be played as it is,
# up to the last second, and the next start finishes it.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

# what the header promises is there, and it is not much less than that
consistent() {
	size=$(stat -c %s "$1")
	data=$(od -A n -t u4 -j 40 -N 4 "$1" | tr -d ' ')
	echo "$data of $((size - 44)) octets"
	[ "$data" -le $((size - 44)) ] && [ $((size - 44 - data)) -le 16000 ]
}

long_enough() {
	seconds=$(($(stat -c %s "$1") / 3200))
	echo "$seconds tenths of a second after $2"
	[ "$seconds" -ge $(($2 - 10)) ]
}

tenths() {
	echo $(($(date +%s%N) / 100000000))
}

must 'servers start' servers_begin
must 'alice is recorded' node_set proxy1 alice record=yes
phones_begin phone_a phone_b
sleep 2
call_begin a b bob
must 'it is recorded' node_logged proxy1 3 ' record.started '
began=$(tenths)
sleep 5.3
kill -9 "$(node_pid proxy1)"
talked=$(($(tenths) - began))
must 'the server is gone' wait_until 5 node_dead proxy1

must 'its file is there' recording proxy1 wav.part
part=$(recording proxy1 wav.part)
must 'its sizes are right' consistent "$part"
must 'it lacks less than a second' long_enough "$part" "$talked"
must 'alice can be heard' "$TOOLS/wavtone" "$part" "$HZ_A" 3 0
must 'bob can be heard' "$TOOLS/wavtone" "$part" "$HZ_B" 3 1

must 'the server starts again' node_start proxy1
must 'it says so' node_logged proxy1 3 ' record.repaired '
must 'the file is finished' recording proxy1 wav
file=$(recording proxy1 wav)
must 'its sizes are right' consistent "$file"
must 'alice is heard' "$TOOLS/wavtone" "$file" "$HZ_A" 3 0
must 'bob is heard' "$TOOLS/wavtone" "$file" "$HZ_B" 3 1
must_not 'that file is unfinished' test -e "$part"
call_end a b
servers_end
say "$talked tenths of a second talked, $(consistent "$file")"
