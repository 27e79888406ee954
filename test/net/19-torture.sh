#!/bin/sh
# Torture on the real socket: RFC 4475, RFC 5118, the shapes of published
# vulnerabilities, TCP streams. Each is answered as test/net/answers.tsv
# says, and after each an OPTIONS of our own is answered.
cd "$(dirname "$0")/../.." && . ./test/net/case.sh || exit 1
case_begin "$0"

policy='200|40[1347]|416|42[01]|48[013]|501'

# answered HOST TRANSPORT FILE PATTERN
answered() {
	from=$1
	shift
	answer=$(lab_in "$from" "$TOOLS/siptool" "$1" "$PROXY1:5060" \
		"test/data/$2") || {
		echo "$answer"
		return 1
	}
	echo "${answer##* }"
	echo "${answer##* }" | grep -qxE -- \
		"$(echo "$3" | sed "s/POLICY/$policy/")"
}

# all_alive TRANSPORT FOLDER: whatever is answered, the server lives
all_alive() {
	lab_in stranger "$TOOLS/siptool" "$1" "$PROXY1:5060" \
		"test/data/$2"/* >"$LAB_DIR/answers" || {
		tail -n 3 "$LAB_DIR/answers"
		return 1
	}
	echo "$(wc -l <"$LAB_DIR/answers") messages"
}

must 'proxy1 is set up' node_proxy proxy1
sed 's/"example.net"/"example.net", "example.com"/' \
	"$LAB_DIR/proxy1/viaduct.conf" >"$LAB_DIR/torture.conf"
mv "$LAB_DIR/torture.conf" "$LAB_DIR/proxy1/viaduct.conf"
must 'proxy1 starts' node_start proxy1

count=0
failed=0
tab=$(printf '\t')
while IFS=$tab read -r transport file pattern; do
	case $transport in '#'*) continue ;; esac
	count=$((count + 1))
	# what goes back to one source that sends rubbish is limited
	case $((count % 3)) in
	0) from=stranger ;;
	1) from=public_a ;;
	2) from=public_b ;;
	esac
	out=$(answered "$from" "$transport" "$file" "$pattern") || {
		say "  not ok: $file: $out instead of $pattern"
		failed=$((failed + 1))
	}
done <test/net/answers.tsv
[ "$failed" -eq 0 ] || case_logs
must "$count messages are answered as they should be" [ "$failed" -eq 0 ]
must 'the server survives CVE shapes over UDP' all_alive udp cve-shapes
must 'and over TCP' all_alive tcp cve-shapes
servers_end
say "$count answers as they should be, all shapes survived"
