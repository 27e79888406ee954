/**
 * @file test/relay/kernel/flows.c  RTP that the kernel forwards by itself
 *
 * In a network of our own: "in" and "out" have our addresses, frames come and
 * go at their other ends, "afar" and "beyond".
 */
#ifdef HAVE_BPF
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <linux/capability.h>
#include "common/clock.h"
#include "common/octets.h"
#include "common/privilege.h"
#include "relay/kernel/flow_map.h"
#include "relay/kernel/flows.h"
#include "test/mock/frame.h"
#include "test/test.h"

enum { WAIT_MS = 2000, QUIET_MS = 50, SSRC = 0xfeed, RTP_LEN = 40 };

static const enum flows_attach attachv[] = {FLOWS_TCX, FLOWS_CLSACT};

struct rig {
	struct flows *fs;
	struct flows_conf conf;
	struct flow_conf flow4, flow6;
	uint32_t max;     /* flows; 0: 16 */
	int afar, beyond; /* packet sockets */
	int port4, port6; /* ours */
	uint8_t in_mac[6], out_mac[6];
};


static void run(const char *fmt, ...)
{
	char cmd[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	ck_assert_msg(!system(cmd), "%s", cmd);
}


static int packets_of(const char *ifname)
{
	const struct sockaddr_ll sa = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(ifname),
	};
	const int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC,
			      htons(ETH_P_ALL));

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&sa, sizeof(sa)),
			 0);

	return fd;
}


static void mac_of(uint8_t mac[6], const char *ifname)
{
	char path[128];
	unsigned v[6];
	FILE *f;

	/* sysfs shows the network that it was mounted in: ask ip */
	(void)snprintf(
		path, sizeof(path),
		"ip -o link show %s | sed 's/.*ether \\([^ ]*\\).*/\\1/'",
		ifname);
	f = popen(path, "r");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fscanf(f, "%x:%x:%x:%x:%x:%x", &v[0], &v[1], &v[2],
				&v[3], &v[4], &v[5]),
			 6);
	(void)pclose(f);
	for (size_t i = 0; i < 6; i++)
		mac[i] = (uint8_t)v[i];
}


static int port_open_at(const struct sa *sa)
{
	const int fd = socket(sa_af(sa), SOCK_DGRAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, &sa->u.sa, sa->len), 0);

	return fd;
}


static void conf_set(struct flow_conf *c, const char *src, const char *local,
		     const char *out, const char *dst)
{
	memset(c, 0, sizeof(*c));
	ck_assert_int_eq(sa_set_str(&c->src, src, 4000), 0);
	ck_assert_int_eq(sa_set_str(&c->local, local, 20000), 0);
	ck_assert_int_eq(sa_set_str(&c->out, out, 20010), 0);
	ck_assert_int_eq(sa_set_str(&c->dst, dst, 5000), 0);
	c->dscp = 46;
}


static void net_make(void)
{
	static const char *const cmdv[] = {
		"ip link add in type veth peer name afar",
		"ip link add out type veth peer name beyond",
		"ip link set in up",
		"ip link set out up",
		"ip link set afar up",
		"ip link set beyond up",
		"ip addr add 192.0.2.1/24 dev in",
		"ip addr add 203.0.113.1/24 dev out",
		"ip addr add 2001:db8:1::1/64 dev in nodad",
		"ip addr add 2001:db8:2::1/64 dev out nodad",
		"ip neigh add 203.0.113.99 lladdr 02:00:00:00:00:99 dev out",
		"ip neigh add 2001:db8:2::99 lladdr 02:00:00:00:06:99 dev out",
	};

	for (size_t i = 0; i < sizeof(cmdv) / sizeof(cmdv[0]); i++)
		run("%s", cmdv[i]);
}


static void rig_flows(struct rig *r, enum flows_attach attach)
{
	const char *why = "";
	int err;

	r->conf.attach = attach;
	r->conf.max = r->max ? r->max : 16;
	r->conf.addrc = 0;
	r->conf.addrv[r->conf.addrc++] = r->flow4.local;
	r->conf.addrv[r->conf.addrc++] = r->flow4.out;
	r->conf.addrv[r->conf.addrc++] = r->flow6.local;
	r->conf.addrv[r->conf.addrc++] = r->flow6.out;
	err = flows_alloc(&r->fs, &r->conf, NULL, &why);
	ck_assert_msg(!err, "%s: %s", why, strerror(err));
}


static bool has_tcx(void)
{
	struct utsname u;
	unsigned major = 0, minor = 0;

	ck_assert_int_eq(uname(&u), 0);
	ck_assert_int_eq(sscanf(u.release, "%u.%u", &major, &minor), 2);

	return major > 6 || (major == 6 && minor >= 6);
}


/* false: that is nothing for who may not load programs */
static bool rig_open(struct rig *r, enum flows_attach attach)
{
	memset(r, 0, sizeof(*r));
	if (!privilege_has(CAP_BPF) || !privilege_has(CAP_NET_ADMIN) ||
	    !privilege_has(CAP_SYS_ADMIN) || unshare(CLONE_NEWNET)) {
		(void)printf("skipped: flows: no privilege\n");
		return false;
	}
	if (attach == FLOWS_TCX && !has_tcx()) {
		(void)printf("skipped: flows: tcx needs Linux 6.6\n");
		return false;
	}

	net_make();
	conf_set(&r->flow4, "192.0.2.7", "192.0.2.1", "203.0.113.1",
		 "203.0.113.99");
	conf_set(&r->flow6, "2001:db8:1::7", "2001:db8:1::1", "2001:db8:2::1",
		 "2001:db8:2::99");
	r->afar = packets_of("afar");
	r->beyond = packets_of("beyond");
	r->port4 = port_open_at(&r->flow4.local);
	r->port6 = port_open_at(&r->flow6.local);
	mac_of(r->in_mac, "in");
	mac_of(r->out_mac, "out");
	rig_flows(r, attach);

	return true;
}


static void rig_close(struct rig *r)
{
	mem_deref(r->fs);
	(void)close(r->afar);
	(void)close(r->beyond);
	(void)close(r->port4);
	(void)close(r->port6);
}


static void send_rtp(const struct rig *r, const struct flow_conf *c,
		     uint16_t seq)
{
	uint8_t payload[RTP_LEN] = {0x80};
	struct frame_spec spec = {
		.src = c->src,
		.dst = c->local,
		.smac = {2, 0, 0, 0, 0, 7},
		.ttl = 64,
		.payload = payload,
		.len = sizeof(payload),
	};
	struct frame f;

	octets_put16(payload + 2, seq);
	octets_put32(payload + 8, SSRC);
	memcpy(spec.dmac, r->in_mac, 6);
	frame_make(&f, &spec);
	ck_assert_int_eq(send(r->afar, f.b, f.len, 0), (ssize_t)f.len);
}


static bool is_flow_frame(const struct frame *f, const struct flow_conf *c,
			  uint16_t seq)
{
	const bool six = sa_af(&c->dst) == AF_INET6;
	const size_t at = FRAME_ETH + (six ? FRAME_IP6 : FRAME_IP4);

	return f->len >= at + 8 + RTP_LEN &&
	       octets_get16(f->b + 12) == (six ? 0x86dd : 0x0800) &&
	       octets_get16(f->b + at) == sa_port(&c->out) &&
	       octets_get16(f->b + at + 2) == sa_port(&c->dst) &&
	       octets_get16(f->b + at + 8 + 2) == seq;
}


/* does the packet leave? what else is on the wire does not count */
static bool leaves(struct frame *f, const struct rig *r,
		   const struct flow_conf *c, uint16_t seq, int wait_ms)
{
	struct pollfd p = {.fd = r->beyond, .events = POLLIN};

	while (poll(&p, 1, wait_ms) > 0) {
		const ssize_t n = recv(r->beyond, f->b, sizeof(f->b), 0);

		f->len = n > 0 ? (size_t)n : 0;
		if (is_flow_frame(f, c, seq))
			return true;
	}

	return false;
}


static bool comes_up(int fd, uint16_t seq, int wait_ms)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	uint8_t b[FRAME_MAX];

	while (poll(&p, 1, wait_ms) > 0) {
		if (recv(fd, b, sizeof(b), 0) == RTP_LEN &&
		    octets_get16(b + 2) == seq)
			return true;
	}

	return false;
}


static void start(struct flow *f, uint64_t handled)
{
	struct flow_measure m;

	memset(&m, 0, sizeof(m));
	m.ssrc = SSRC;
	ck_assert_int_eq(flow_start(f, handled, &m), 0);
	ck_assert(flow_started(f));
}


static void expect_mac(const struct rig *r, const struct flow_conf *c,
		       uint16_t seq, uint8_t last)
{
	struct frame f;

	send_rtp(r, c, seq);
	ck_assert(leaves(&f, r, c, seq, WAIT_MS));
	ck_assert(frame_is_sound(&f));
	ck_assert_uint_eq(f.b[5], last);
	ck_assert_mem_eq(f.b + 6, r->out_mac, 6);
}


START_TEST(a_flow_is_armed_started_stopped_and_removed)
{
	struct rig r;

	if (!rig_open(&r, attachv[_i]))
		return;

	ck_assert_str_eq(flows_attached(r.fs), _i ? "clsact" : "tcx");
	for (int six = 0; six < 2; six++) {
		const struct flow_conf *c = six ? &r.flow6 : &r.flow4;
		const int port = six ? r.port6 : r.port4;
		struct flow_measure m = {.ssrc = SSRC};
		struct flow_counts counts;
		struct flow *f = NULL;
		struct frame out;

		ck_assert_int_eq(flow_add(&f, r.fs, c), 0);
		ck_assert_uint_eq(flows_count(r.fs), 1);
		send_rtp(&r, c, 1);
		ck_assert(comes_up(port, 1, WAIT_MS));
		ck_assert_int_eq(flow_start(f, 0, &m), EBUSY);
		ck_assert(!flow_started(f));
		start(f, 1);
		expect_mac(&r, c, 2, 0x99);
		ck_assert(!comes_up(port, 2, QUIET_MS));

		flow_counts(f, &counts);
		ck_assert_uint_eq(counts.packets, 1);
		ck_assert_uint_eq(counts.octets, RTP_LEN);
		ck_assert_uint_eq(counts.up, 1);
		ck_assert_uint_le(counts.seen_us, clock_us());
		ck_assert_uint_gt(counts.seen_us + 10000000, clock_us());
		flow_measured(f, &m);
		ck_assert_uint_eq(m.ssrc, SSRC);

		flow_stop(f);
		send_rtp(&r, c, 3);
		ck_assert(comes_up(port, 3, WAIT_MS));
		ck_assert(!leaves(&out, &r, c, 3, QUIET_MS));
		start(f, 2);
		expect_mac(&r, c, 4, 0x99);
		flow_remove(f);
		ck_assert_uint_eq(flows_count(r.fs), 0);
		send_rtp(&r, c, 5);
		ck_assert(comes_up(port, 5, WAIT_MS));
	}
	rig_close(&r);
}
END_TEST


START_TEST(what_cannot_be_is_refused)
{
	struct flow *v[32] = {NULL}, *f = NULL;
	struct flow_conf c;
	struct rig r;

	if (!rig_open(&r, FLOWS_AUTO))
		return;

	ck_assert_int_eq(flow_add(NULL, r.fs, &r.flow4), EINVAL);
	ck_assert_int_eq(flow_add(&f, NULL, &r.flow4), EINVAL);
	ck_assert_int_eq(flow_add(&f, r.fs, NULL), EINVAL);

	c = r.flow4;
	c.out = r.flow6.out;
	c.dst = r.flow6.dst;
	ck_assert_int_eq(flow_add(&f, r.fs, &c), EAFNOSUPPORT);
	c = r.flow4;
	(void)sa_set_str(&c.dst, "8.8.8.8", 5000);
	ck_assert_int_eq(flow_add(&f, r.fs, &c), ENETUNREACH);
	(void)sa_set_str(&c.dst, "192.0.2.1", 5000);
	ck_assert_int_eq(flow_add(&f, r.fs, &c), ENETUNREACH);
	(void)sa_set_str(&c.dst, "127.0.0.1", 5000);
	ck_assert_int_eq(flow_add(&f, r.fs, &c), ENETUNREACH);
	(void)sa_set_str(&c.dst, "224.0.0.9", 5000);
	ck_assert_int_eq(flow_add(&f, r.fs, &c), ENETUNREACH);
	(void)sa_set_str(&c.dst, "203.0.113.255", 5000);
	ck_assert_int_eq(flow_add(&f, r.fs, &c), ENETUNREACH);
	c = r.flow4;
	sa_set_port(&c.src, 0);
	ck_assert_int_eq(flow_add(&f, r.fs, &c), ENETUNREACH);
	c = r.flow4;
	(void)sa_set_str(&c.local, "192.0.2.2", 20000);
	ck_assert_int_eq(flow_add(&f, r.fs, &c), ENETUNREACH);
	c = r.flow4;
	c.formatc = FLOW_FORMATS + 1;
	ck_assert_int_eq(flow_add(&f, r.fs, &c), EINVAL);
	ck_assert_ptr_null(f);
	ck_assert_uint_eq(flows_count(r.fs), 0);

	c = r.flow4;
	for (uint16_t i = 0; i < 16; i++) {
		sa_set_port(&c.src, (uint16_t)(6000 + i));
		sa_set_port(&c.local, (uint16_t)(20000 + i / FLOW_CHAIN));
		ck_assert_int_eq(flow_add(&v[i], r.fs, &c), 0);
	}
	ck_assert_int_eq(flow_add(&f, r.fs, &r.flow4), ENOSPC);
	flow_remove(v[0]);
	c = r.flow4;
	sa_set_port(&c.src, 6001);
	ck_assert_int_eq(flow_add(&f, r.fs, &c), EEXIST);
	ck_assert_uint_eq(flows_count(r.fs), 15);
	ck_assert_int_eq(flow_add(&v[0], r.fs, &r.flow4), 0);
	for (size_t i = 0; i < 16; i++)
		flow_remove(v[i]);
	ck_assert_uint_eq(flows_count(r.fs), 0);
	flow_remove(NULL);
	flow_stop(NULL);
	ck_assert(!flow_started(NULL));
	ck_assert_uint_eq(flows_count(NULL), 0);
	rig_close(&r);
}
END_TEST


/* all of them leave */
static void forward_all(const struct rig *r, const struct flow_conf *c,
			uint16_t from, uint16_t to)
{
	struct frame out;

	for (uint16_t seq = from; seq < to; seq++) {
		send_rtp(r, c, seq);
		ck_assert(leaves(&out, r, c, seq, WAIT_MS));
	}
}


/* the next header, of that packet */
static void expect_header(struct flow *f, uint16_t seq)
{
	static uint64_t before;
	struct flow_header h;
	uint64_t missed = 0;

	ck_assert_uint_eq(flow_headers(f, &h, 1, &missed), 1);
	ck_assert_uint_eq(missed, 0);
	ck_assert_uint_eq(h.len, RTP_LEN);
	ck_assert_uint_eq(h.rtp[0], 0x80);
	ck_assert_uint_eq(h.rtp[1], 0);
	ck_assert_uint_eq(octets_get16(h.rtp + 2), seq);
	ck_assert_uint_eq(octets_get32(h.rtp + 4), 0);
	ck_assert_uint_eq(octets_get32(h.rtp + 8), SSRC);
	ck_assert_uint_ge(h.at_us, before);
	ck_assert_uint_le(h.at_us, clock_us());
	ck_assert_uint_gt(h.at_us + 10000000, clock_us());
	before = h.at_us;
}


START_TEST(headers_of_what_is_forwarded_are_kept)
{
	struct rig r;

	if (!rig_open(&r, FLOWS_AUTO))
		return;

	for (int six = 0; six < 2; six++) {
		const struct flow_conf *c = six ? &r.flow6 : &r.flow4;
		struct flow_header v[4];
		uint64_t missed = 0;
		struct flow *f;

		ck_assert_int_eq(flow_add(&f, r.fs, c), 0);
		start(f, 0);
		forward_all(&r, c, 1, 4);
		ck_assert_uint_eq(flow_headers(f, v, 4, &missed), 0);
		ck_assert_int_eq(flow_keep(f, true), 0);
		ck_assert_int_eq(flow_keep(f, true), 0);
		ck_assert_uint_eq(flow_headers(f, v, 4, &missed), 0);
		forward_all(&r, c, 4, 8);
		for (uint16_t seq = 4; seq < 8; seq++)
			expect_header(f, seq);
		ck_assert_uint_eq(flow_headers(f, v, 4, &missed), 0);

		/* stopped it keeps what it had, and then no more */
		forward_all(&r, c, 8, 9);
		flow_stop(f);
		expect_header(f, 8);
		ck_assert_int_eq(flow_keep(f, false), 0);
		ck_assert_int_eq(flow_keep(f, false), 0);
		start(f, 0);
		forward_all(&r, c, 9, 10);
		ck_assert_uint_eq(flow_headers(f, v, 4, &missed), 0);
		ck_assert_uint_eq(missed, 0);
		flow_remove(f);
	}
	rig_close(&r);
}
END_TEST


START_TEST(headers_that_are_not_read_in_time_are_counted)
{
	struct flow_header v[FLOW_HEADS];
	const uint16_t total = 2 * FLOW_HEADS + 10;
	uint64_t missed = 0;
	struct flow *f;
	struct rig r;
	size_t n;

	if (!rig_open(&r, FLOWS_AUTO))
		return;

	ck_assert_int_eq(flow_keep(NULL, true), EINVAL);
	ck_assert_int_eq(flow_add(&f, r.fs, &r.flow4), 0);
	start(f, 0);
	ck_assert_int_eq(flow_keep(f, true), 0);
	forward_all(&r, &r.flow4, 0, total);
	n = flow_headers(f, v, FLOW_HEADS, &missed);
	ck_assert_uint_gt(n, FLOW_HEADS / 2);
	ck_assert_uint_eq(n + missed, total);
	for (size_t i = 0; i < n; i++)
		ck_assert_uint_eq(octets_get16(v[i].rtp + 2), total - n + i);
	flow_remove(f);
	rig_close(&r);
}
END_TEST


/* who was removed may still be written for a moment */
START_TEST(a_ring_rests_before_it_is_anothers)
{
	int err = 0, n = 0;
	struct flow *f;
	struct rig r;

	if (!rig_open(&r, FLOWS_AUTO))
		return;

	ck_assert_int_eq(flow_add(&f, r.fs, &r.flow4), 0);
	for (; !err && n < 100 * FLOW_RINGS; n++) {
		err = flow_keep(f, true);
		if (!err)
			ck_assert_int_eq(flow_keep(f, false), 0);
	}
	ck_assert_int_eq(err, ENOSPC);
	ck_assert_int_gt(n, FLOW_RINGS);
	flow_remove(f);
	rig_close(&r);
}
END_TEST


START_TEST(it_says_why_it_cannot_be)
{
	struct flows_conf conf = {.max = 4};
	struct flows *fs = NULL;
	const char *why = NULL;
	struct rig r;

	if (!rig_open(&r, FLOWS_AUTO))
		return;

	ck_assert_int_eq(flows_alloc(NULL, &conf, NULL, &why), EINVAL);
	ck_assert_int_eq(flows_alloc(&fs, &conf, NULL, &why), ENODEV);
	ck_assert_str_eq(why, "no interface has the relay's addresses");
	run("ip link set lo up");
	(void)sa_set_str(&conf.addrv[conf.addrc++], "127.0.0.1", 0);
	ck_assert_int_eq(flows_alloc(&fs, &conf, NULL, &why), ENODEV);
	ck_assert_ptr_nonnull(strstr(why, "loopback"));

	conf.addrv[0] = r.flow4.local;
	for (int i = 0; i < 12; i++) {
		oom_after(i);
		if (!flows_alloc(&fs, &conf, NULL, &why))
			fs = mem_deref(fs);
	}
	oom_after(-1);

	privilege_drop(false);
	ck_assert_int_eq(flows_alloc(&fs, &conf, NULL, &why), EPERM);
	ck_assert_str_eq(why, "CAP_BPF and CAP_NET_ADMIN are missing");
	ck_assert_ptr_null(fs);
	rig_close(&r);
}
END_TEST


/* the same, by hand of the kernel: it finds the neighbour itself */
START_TEST(neighbours_and_routes_are_followed)
{
	struct flow *f = NULL;
	struct frame out;
	struct rig r;
	struct flow_conf *c;

	if (!rig_open(&r, FLOWS_AUTO))
		return;

	c = &r.flow4;
	ck_assert_int_eq(flow_add(&f, r.fs, c), 0);
	start(f, 0);
	expect_mac(&r, c, 1, 0x99);

	/* the first one has gone by the kernel's neighbour: look again */
	expect_mac(&r, c, 2, 0x99);

	run("ip neigh replace 203.0.113.99 lladdr 02:00:00:00:00:98 dev out");
	flows_beat(r.fs);
	expect_mac(&r, c, 3, 0x98);

	/* unknown: the kernel asks for it, and sends what waited */
	run("ip neigh del 203.0.113.99 dev out");
	flows_beat(r.fs);
	send_rtp(&r, c, 4);
	ck_assert(!leaves(&out, &r, c, 4, QUIET_MS));
	run("ip neigh replace 203.0.113.99 lladdr 02:00:00:00:00:97 dev out");
	ck_assert(leaves(&out, &r, c, 4, WAIT_MS));
	ck_assert_uint_eq(out.b[5], 0x97);
	flows_beat(r.fs);
	expect_mac(&r, c, 5, 0x97);

	run("ip neigh add 203.0.113.50 lladdr 02:00:00:00:00:50 dev out");
	run("ip route add 203.0.113.99/32 via 203.0.113.50");
	flows_beat(r.fs);
	expect_mac(&r, c, 6, 0x50);
	run("ip route del 203.0.113.99/32");
	flows_beat(r.fs);
	expect_mac(&r, c, 7, 0x97);

	/* its own address changes, and what it takes at a time */
	run("ip link set out address 02:00:00:00:01:11");
	mac_of(r.out_mac, "out");
	run("ip neigh replace 203.0.113.99 lladdr 02:00:00:00:00:96 dev out");
	flows_beat(r.fs);
	expect_mac(&r, c, 8, 0x96);
	run("ip link set out mtu 68");
	flows_beat(r.fs);
	expect_mac(&r, c, 9, 0x96);
	run("ip link set out mtu 1500");
	run("ip route add 203.0.113.99/32 dev out mtu 67");
	flows_beat(r.fs);
	send_rtp(&r, c, 10);
	ck_assert(comes_up(r.port4, 10, WAIT_MS));
	run("ip route del 203.0.113.99/32");

	run("ip link set out down");
	flows_beat(r.fs);
	send_rtp(&r, c, 11);
	ck_assert(comes_up(r.port4, 11, WAIT_MS));
	run("ip link set out up");
	run("ip neigh replace 203.0.113.99 lladdr 02:00:00:00:00:95 dev out");
	flows_beat(r.fs);
	expect_mac(&r, c, 12, 0x95);

	run("ip link del out");
	flows_beat(r.fs);
	send_rtp(&r, c, 13);
	ck_assert(comes_up(r.port4, 13, WAIT_MS));
	flow_remove(f);
	rig_close(&r);
}
END_TEST


/* by a gateway of the other family (RFC 5549) as well */
START_TEST(gateways_of_ipv6_are_found)
{
	struct flow *f = NULL;
	struct rig r;

	if (!rig_open(&r, FLOWS_AUTO))
		return;

	run("ip neigh add fe80::99 lladdr 02:00:00:00:06:01 dev out");
	run("ip route add 198.51.100.0/24 via inet6 fe80::99 dev out");
	run("ip route add 2001:db8:3::/64 via fe80::99 dev out");
	(void)sa_set_str(&r.flow4.dst, "198.51.100.5", 5000);
	(void)sa_set_str(&r.flow6.dst, "2001:db8:3::5", 5000);
	for (int six = 0; six < 2; six++) {
		const struct flow_conf *c = six ? &r.flow6 : &r.flow4;

		ck_assert_int_eq(flow_add(&f, r.fs, c), 0);
		start(f, 0);
		expect_mac(&r, c, 1, 1);
		expect_mac(&r, c, 2, 1);
		flow_remove(f);
	}
	rig_close(&r);
}
END_TEST


/* more than are asked for in one go: those that wait go up meanwhile, and no
 * packet takes a way that is not */
START_TEST(many_ways_change_at_once)
{
	enum { WAYS = 700 };
	struct flow *v[WAYS];
	struct flow_conf c;
	struct rig r;

	if (!rig_open(&r, FLOWS_AUTO))
		return;

	r.fs = mem_deref(r.fs);
	r.max = WAYS;
	rig_flows(&r, FLOWS_AUTO);
	run("ip link add third type veth peer name farther");
	run("ip link set third up");
	run("ip link set farther up");
	run("ip neigh add 203.0.113.50 lladdr 02:00:00:00:00:50 dev out");
	run("ip neigh add 203.0.113.51 lladdr 02:00:00:00:00:51 dev third");
	run("ip route add 10.0.0.0/8 via 203.0.113.50");
	c = r.flow4;
	for (uint16_t i = 0; i < WAYS; i++) {
		sa_set_in(&c.dst, 0x0a000001U + i, 5000);
		sa_set_port(&c.src, (uint16_t)(10000 + i));
		sa_set_port(&c.local, (uint16_t)(20000 + WAYS - 1 - i));
		ck_assert_int_eq(flow_add(&v[i], r.fs, &c), 0);
		start(v[i], 0);
	}
	expect_mac(&r, &c, 1, 0x50);
	run("ip route change 10.0.0.0/8 via 203.0.113.51 dev third onlink");
	flows_beat(r.fs);
	send_rtp(&r, &c, 2);
	ck_assert(comes_up(r.port4, 2, WAIT_MS));
	for (int i = 0; i < 3; i++)
		flows_beat(r.fs);
	send_rtp(&r, &c, 3);
	ck_assert(!comes_up(r.port4, 3, QUIET_MS));

	for (size_t i = 0; i < WAYS; i++)
		flow_remove(v[i]);
	rig_close(&r);
}
END_TEST


/* the n-th source of one port: of both families, with targets of their own */
static struct flow_conf sharer(const struct rig *r, uint16_t n)
{
	struct flow_conf c = n & 1 ? r->flow6 : r->flow4;

	sa_set_port(&c.local, sa_port(&r->flow4.local));
	sa_set_port(&c.src, (uint16_t)(7000 + n / 2));
	sa_set_port(&c.dst, (uint16_t)(8000 + n));

	return c;
}


/* wherever they stand among those of their port */
START_TEST(sources_of_one_port_have_a_flow_each)
{
	struct flow *v[FLOW_CHAIN], *f = NULL;
	struct flow_conf c;
	struct rig r;

	if (!rig_open(&r, FLOWS_AUTO))
		return;

	for (uint16_t i = 0; i < FLOW_CHAIN; i++) {
		c = sharer(&r, i);
		ck_assert_int_eq(flow_add(&v[i], r.fs, &c), 0);
		start(v[i], 0);
	}
	c = sharer(&r, FLOW_CHAIN);
	ck_assert_int_eq(flow_add(&f, r.fs, &c), ENOSPC);
	c = sharer(&r, 3);
	ck_assert_int_eq(flow_add(&f, r.fs, &c), EEXIST);

	/* the first, the last and one between them go */
	for (uint16_t gone = 0; gone < FLOW_CHAIN; gone++) {
		if (gone != 0 && gone != 3 && gone != FLOW_CHAIN - 1)
			continue;

		flow_remove(v[gone]);
		v[gone] = NULL;
		for (uint16_t i = 0; i < FLOW_CHAIN; i++) {
			c = sharer(&r, i);
			if (v[i])
				expect_mac(&r, &c, (uint16_t)(20 * gone + i),
					   0x99);
		}
	}
	c = sharer(&r, 4);
	ck_assert_int_eq(flow_add(&f, r.fs, &c), EEXIST);
	for (size_t i = 0; i < FLOW_CHAIN; i++)
		flow_remove(v[i]);
	rig_close(&r);
}
END_TEST


START_TEST(two_instances_live_side_by_side)
{
	struct flow *f = NULL, *g = NULL;
	struct rig r, other;
	struct flow_conf c;

	if (!rig_open(&r, attachv[_i]))
		return;

	other = r;
	rig_flows(&other, attachv[_i]);
	c = r.flow4;
	sa_set_port(&c.src, 4444);
	ck_assert_int_eq(flow_add(&f, r.fs, &r.flow4), 0);
	ck_assert_int_eq(flow_add(&g, other.fs, &c), 0);
	start(f, 0);
	start(g, 0);
	expect_mac(&r, &r.flow4, 1, 0x99);
	expect_mac(&r, &c, 2, 0x99);

	flow_remove(f);
	r.fs = mem_deref(r.fs);
	expect_mac(&r, &c, 3, 0x99);

	/* one more comes, and does not take it for left behind */
	rig_flows(&r, attachv[_i]);
	expect_mac(&r, &c, 4, 0x99);
	flow_remove(g);
	mem_deref(other.fs);
	rig_close(&r);
}
END_TEST


static int filters(void)
{
	FILE *f = popen("tc filter show dev in ingress | "
			"grep -c flow_forward",
			"r");
	int n = -1;

	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fscanf(f, "%d", &n), 1);
	(void)pclose(f);

	return n;
}


/* a child that holds a started flow until it is killed */
static pid_t child_with_flow(struct rig *r)
{
	struct flow *f = NULL;
	int fdv[2];
	pid_t pid;
	char c;

	ck_assert_int_eq(pipe(fdv), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		rig_flows(r, r->conf.attach);
		if (!flow_add(&f, r->fs, &r->flow4)) {
			start(f, 0);
			(void)!write(fdv[1], "+", 1);
		}
		for (;;)
			(void)pause();
	}

	(void)close(fdv[1]);
	ck_assert_int_eq(read(fdv[0], &c, 1), 1);
	(void)close(fdv[0]);

	return pid;
}


START_TEST(nothing_is_left_of_who_was_killed)
{
	struct frame out;
	struct rig r;
	pid_t pid;

	if (!rig_open(&r, attachv[_i]))
		return;

	r.fs = mem_deref(r.fs);
	ck_assert_int_eq(filters(), 0);
	pid = child_with_flow(&r);
	if (!_i)
		expect_mac(&r, &r.flow4, 1, 0x99);
	ck_assert_int_eq(filters(), _i ? 1 : 0);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);

	/* of tcx at once, of clsact when the next one comes */
	if (!_i) {
		send_rtp(&r, &r.flow4, 2);
		ck_assert(!leaves(&out, &r, &r.flow4, 2, QUIET_MS));
		ck_assert(comes_up(r.port4, 2, WAIT_MS));
	}
	ck_assert_int_eq(filters(), _i ? 1 : 0);
	rig_flows(&r, has_tcx() ? attachv[!_i] : FLOWS_CLSACT);
	ck_assert_int_eq(filters(), _i && has_tcx() ? 0 : 1);
	r.fs = mem_deref(r.fs);
	ck_assert_int_eq(filters(), 0);
	rig_close(&r);
}
END_TEST


START_TEST(it_goes_on_without_privilege)
{
	struct flow *f = NULL;
	struct rig r;

	if (!rig_open(&r, attachv[_i]))
		return;

	privilege_drop(attachv[_i] == FLOWS_CLSACT);
	ck_assert(!privilege_has(CAP_BPF));
	ck_assert(!privilege_has(CAP_NET_ADMIN));
	ck_assert(!privilege_has(CAP_SYS_ADMIN));
	for (uint16_t i = 1; i < 10; i++) {
		flows_beat(r.fs);
		ck_assert_int_eq(flow_add(&f, r.fs, &r.flow4), 0);
		start(f, 0);
		expect_mac(&r, &r.flow4, i, 0x99);
		flow_remove(f);
	}
	r.fs = mem_deref(r.fs);
	if (_i)
		ck_assert_int_eq(filters(), 0);
	rig_close(&r);
}
END_TEST


/* as systemd gives them to an ordinary user: none to look deeper */
static void keep_two(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct v[2] = {{.effective = 0}};

	v[CAP_TO_INDEX(CAP_NET_ADMIN)].effective |= CAP_TO_MASK(CAP_NET_ADMIN);
	v[CAP_TO_INDEX(CAP_BPF)].effective |= CAP_TO_MASK(CAP_BPF);
	for (size_t i = 0; i < 2; i++)
		v[i].permitted = v[i].effective;
	ck_assert_int_eq(syscall(SYS_capset, &head, v), 0);
}


START_TEST(two_capabilities_are_enough)
{
	struct flow *f = NULL;
	struct rig r;

	if (!rig_open(&r, attachv[_i]))
		return;

	r.fs = mem_deref(r.fs);
	keep_two();
	ck_assert(!privilege_has(CAP_SYS_ADMIN));
	rig_flows(&r, attachv[_i]);
	ck_assert_int_eq(flow_add(&f, r.fs, &r.flow6), 0);
	start(f, 0);
	expect_mac(&r, &r.flow6, 1, 0x99);
	flow_remove(f);
	rig_close(&r);
}
END_TEST


/* another host, whose kernel leaves checksums to be computed later */
static void send_from_afar(const struct rig *r)
{
	int fdv[2], status;
	pid_t pid;
	char c;

	ck_assert_int_eq(pipe(fdv), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		uint8_t rtp[RTP_LEN] = {0x80};

		octets_put32(rtp + 8, SSRC);
		if (unshare(CLONE_NEWNET) || write(fdv[1], "+", 1) != 1)
			_exit(1);
		while (!if_nametoindex("afar"))
			(void)usleep(1000);
		run("ip addr add 192.0.2.7/24 dev afar");
		run("ip addr add 2001:db8:1::7/64 dev afar nodad");
		run("ip link set afar up");
		for (uint16_t i = 0; i < 20; i++) {
			const struct flow_conf *v[] = {&r->flow4, &r->flow6};

			const struct flow_conf *to = v[i & 1];
			const int fd = port_open_at(&to->src);

			octets_put16(rtp + 2, (uint16_t)(100 + i));
			if (sendto(fd, rtp, sizeof(rtp), 0, &to->local.u.sa,
				   to->local.len) != sizeof(rtp))
				_exit(2);
			(void)close(fd);
		}
		_exit(0);
	}

	ck_assert_int_eq(read(fdv[0], &c, 1), 1);
	run("ip link set afar netns %d", (int)pid);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	(void)close(fdv[0]);
	(void)close(fdv[1]);
}


/* of what leaves there: else that is left to a card */
static void compute_sums(const char *ifname)
{
	struct ethtool_value value = {.cmd = ETHTOOL_STXCSUM};
	struct ifreq ifr = {.ifr_data = (char *)&value};
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)re_snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", ifname);
	ck_assert_int_eq(ioctl(fd, SIOCETHTOOL, &ifr), 0);
	(void)close(fd);
}


/* of those that send_from_afar() sent, in any order */
static unsigned sound_frames(const struct rig *r)
{
	struct pollfd p = {.fd = r->beyond, .events = POLLIN};
	unsigned n = 0;
	struct frame f;

	while (n < 20 && poll(&p, 1, WAIT_MS) > 0) {
		const ssize_t len = recv(r->beyond, f.b, sizeof(f.b), 0);

		f.len = len > 0 ? (size_t)len : 0;
		for (uint16_t i = 0; i < 20; i++) {
			if (is_flow_frame(&f, i & 1 ? &r->flow6 : &r->flow4,
					  (uint16_t)(100 + i)))
				n += frame_is_sound(&f);
		}
	}

	return n;
}


START_TEST(checksums_that_a_neighbour_left_open_come_out_right)
{
	struct flow *f = NULL, *g = NULL;
	struct flow_counts counts;
	struct rig r;

	if (!rig_open(&r, FLOWS_AUTO))
		return;

	compute_sums("out");
	ck_assert_int_eq(flow_add(&f, r.fs, &r.flow4), 0);
	ck_assert_int_eq(flow_add(&g, r.fs, &r.flow6), 0);
	start(f, 0);
	start(g, 0);
	send_from_afar(&r);
	ck_assert_uint_eq(sound_frames(&r), 20);
	flow_counts(f, &counts);
	ck_assert_uint_eq(counts.packets, 10);
	flow_remove(f);
	flow_remove(g);
	rig_close(&r);
}
END_TEST


Suite *suite_kernel_flows(void);
Suite *suite_kernel_flows(void)
{
	Suite *s = suite_create("kernel_flows");
	TCase *tc = tcase_create("flows");

	tcase_set_timeout(tc, 60);
	test_table(tc, a_flow_is_armed_started_stopped_and_removed, attachv);
	tcase_add_test(tc, what_cannot_be_is_refused);
	tcase_add_test(tc, headers_of_what_is_forwarded_are_kept);
	tcase_add_test(tc, headers_that_are_not_read_in_time_are_counted);
	tcase_add_test(tc, a_ring_rests_before_it_is_anothers);
	tcase_add_test(tc, it_says_why_it_cannot_be);
	tcase_add_test(tc, neighbours_and_routes_are_followed);
	tcase_add_test(tc, gateways_of_ipv6_are_found);
	tcase_add_test(tc, many_ways_change_at_once);
	tcase_add_test(tc, sources_of_one_port_have_a_flow_each);
	test_table(tc, two_instances_live_side_by_side, attachv);
	test_table(tc, nothing_is_left_of_who_was_killed, attachv);
	test_table(tc, it_goes_on_without_privilege, attachv);
	test_table(tc, two_capabilities_are_enough, attachv);
	tcase_add_test(tc,
		       checksums_that_a_neighbour_left_open_come_out_right);
	suite_add_tcase(s, tc);

	return s;
}
#endif
