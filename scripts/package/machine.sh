# shellcheck shell=sh
# A Debian of its own under a systemd of its own, for the package to be
# installed in: in namespaces and a cgroup, ended with the script. To be
# sourced from the top of the tree; $name says who complains.
#
#   machine_begin [DEB]     as root; build/viaduct_*.deb lies in its /root
#   within COMMAND...       there
#   must 'text' COMMAND...  PASS or FAIL, and failed=1
#   wires                   two telephones' networks are on it: $net_a, $net_b
#
# The first time it takes some minutes to make that Debian (debootstrap, by
# network).
# shellcheck disable=SC2034,SC2154 # of who sources this

root=$PWD/build-deb/root
cgroup=viaduct-try.$$
net_a=vtry-a
net_b=vtry-b
outer=
init=
dir=$(mktemp -d)
failed=0

die() {
	echo "$name: $*" >&2
	exit 1
}

# ends by itself with its first process, and all of its namespaces with it
end() {
	[ -z "$outer" ] || kill -9 "$outer" 2>/dev/null
	for net in "$net_a" "$net_b"; do
		ip netns del "$net" 2>/dev/null
	done
	rm -rf "$dir"
	sleep 0.5
	find "$(unified)/$cgroup" -depth -type d -exec rmdir {} \; 2>/dev/null
}

unified() {
	sed -n 's/^[^ ]* \([^ ]*\) cgroup2 .*/\1/p' /proc/mounts | head -n 1
}

must() {
	what=$1
	shift
	if "$@" >"$dir/said" 2>&1; then
		echo "PASS $name: $what"
	else
		echo "FAIL $name: $what"
		sed 's/^/  /' "$dir/said"
		failed=1
	fi
}

within() {
	nsenter -t "$init" -m -p -C -u -i -n -r -w env -i \
		PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb \
		DEBIAN_FRONTEND=noninteractive "$@"
}

# wait_for SECONDS COMMAND...
wait_for() {
	tries=$(($1 * 10))
	shift
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.1
	done
}

make_root() {
	[ -e "$root/.made" ] && return 0
	command -v debootstrap >/dev/null ||
		die 'debootstrap is not there: apt-get install debootstrap'
	rm -rf "$root"
	mkdir -p "$root"
	debootstrap --variant=minbase \
		--include=systemd,systemd-sysv,procps,logrotate,man-db \
		bookworm "$root" && : >"$root/.made"
}

# what the package needs, without starting anything in the chroot
make_ready() {
	depends=$(dpkg-deb -f "$deb" Depends | sed 's/([^)]*)//g; s/,/ /g')
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
	chmod 755 "$root/usr/sbin/policy-rc.d"
	# shellcheck disable=SC2086 # names are words
	chroot "$root" apt-get -q -y --no-install-recommends install $depends
	err=$?
	rm -f "$root/usr/sbin/policy-rc.d"
	chroot "$root" dpkg --purge viaduct >/dev/null 2>&1
	rm -rf "$root/etc/viaduct" "$root/var/lib/viaduct" \
		"$root/etc/systemd/system/viaduct.service.d" "$root/var/log/journal"
	cp "$deb" "$root/root/viaduct.deb"
	return "$err"
}

# becomes systemd, the first process of namespaces of its own
boot() {
	mkdir -p "$(unified)/$cgroup"
	# 0: whoever writes it
	echo 0 >"$(unified)/$cgroup/cgroup.procs"
	# shellcheck disable=SC2016
	exec unshare --kill-child --mount --pid --fork --cgroup --uts --ipc --net sh -euc '
		mount --make-rprivate /
		mount --bind "$1" "$1"
		cd "$1"
		mount -t proc proc proc
		mount -t sysfs sysfs sys
		mount -t cgroup2 cgroup2 sys/fs/cgroup
		mount -t tmpfs -o mode=755 tmpfs run
		mount -t tmpfs tmpfs tmp
		mount -t tmpfs -o mode=755 tmpfs dev
		for node in null zero full random urandom tty; do
			: >dev/$node
			mount --bind /dev/$node dev/$node
		done
		mkdir dev/pts dev/shm
		mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
		ln -s pts/ptmx dev/ptmx
		mount -t tmpfs tmpfs dev/shm
		pivot_root . mnt
		exec chroot . env -i container=other \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin \
			/lib/systemd/systemd --log-target=journal
	' boot "$root"
}

start_root() {
	(boot) >"$dir/boot" 2>&1 </dev/null &
	outer=$!
	wait_for 10 pgrep -P "$outer" || return 1
	init=$(pgrep -P "$outer")
	wait_for 20 within systemctl is-system-running
}

# a telephone's network: NAME LINK ADDRESS ROUTER
wire() {
	ip netns add "$1" &&
		ip link add "$2" type veth peer name eth0 netns "$1" &&
		ip link set "$2" netns "$init" &&
		nsenter -t "$init" -n ip addr add "$4/25" dev "$2" &&
		nsenter -t "$init" -n ip link set "$2" up &&
		ip -n "$1" addr add "$3/25" dev eth0 &&
		ip -n "$1" link set eth0 up &&
		ip -n "$1" route add default via "$4"
}

wires() {
	wire "$net_a" vtrya 203.0.113.7 203.0.113.1 &&
		wire "$net_b" vtryb 203.0.113.130 203.0.113.129
}

property() {
	within systemctl show -p "$1" --value viaduct
}

is_up() {
	[ "$(property SubState)" = running ]
}

is_up_again() {
	is_up && [ "$(property MainPID)" != "$1" ]
}

log_has() {
	within journalctl -u viaduct -o cat --no-pager "$@" | grep -q .
}

machine_begin() {
	deb=${1:-$(find build -maxdepth 1 -name 'viaduct_*.deb' | sort |
		tail -n 1)}
	[ "$(id -u)" -eq 0 ] || die 'as root'
	[ -n "$deb" ] || die 'no package: make deb'
	trap end EXIT
	trap 'exit 1' HUP INT TERM

	make_root >"$dir/root" 2>&1 || die "$(tail -n 5 "$dir/root")"
	make_ready >"$dir/ready" 2>&1 || die "$(tail -n 5 "$dir/ready")"
	must 'a Debian boots' start_root
	must 'two telephones are wired to it' wires
}
