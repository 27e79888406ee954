/**
 * @file test/relay/kernel/program.c  The kernel's program, frame by frame
 */
#ifdef HAVE_BPF
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/bpf.h>
#include <bpf/bpf.h>
#include "common/clock.h"
#include "common/octets.h"
#include "relay/kernel/program.h"
#include "relay/latch/packet.h"
#include "relay/quality/quality.h"
#include "relay/relay.h"
#include "test/mock/frame.h"
#include "test/test.h"

enum {
	UP = -1,
	REDIRECT = 7,
	SLOT = 3,
	WAY = 5,
	IFINDEX = 1,
	MTU = 1500,
	SSRC = 0x11223344,
	RTP_LEN = 172,
	SUMMED_BY_CARD = 4, /* BPF_F_TEST_SKB_CHECKSUM_COMPLETE */
};

static const uint8_t ours[6] = {2, 0, 0, 0, 0, 1};
static const uint8_t next[6] = {2, 0, 0, 0, 0, 2};

/** A frame on its way */
struct shot {
	bool six;
	uint8_t ttl, tos;
	bool unsummed;
	uint8_t payload[FRAME_MAX - 100];
	size_t len;
	struct __sk_buff skb;
	uint32_t flags;
	struct frame in, out;
	int verdict;
};

struct rig {
	struct program *prog;
	struct flow_conf conf4, conf6;
	struct flow_slot *slot;
	struct flow_way *way;
};


static void conf_set(struct flow_conf *c, const char *src, const char *local,
		     const char *out, const char *dst)
{
	memset(c, 0, sizeof(*c));
	ck_assert_int_eq(sa_set_str(&c->src, src, 4000), 0);
	ck_assert_int_eq(sa_set_str(&c->local, local, 20000), 0);
	ck_assert_int_eq(sa_set_str(&c->out, out, 20010), 0);
	ck_assert_int_eq(sa_set_str(&c->dst, dst, 50000), 0);
	c->dscp = 46;
}


/* started, as if armed first */
static void rig_aim(struct rig *r, const struct flow_conf *conf)
{
	program_remove(r->prog, SLOT);
	memset(r->slot, 0, sizeof(*r->slot));
	program_aim(r->slot, conf);
	r->slot->way = WAY;
	r->slot->measure.ssrc = SSRC;
	r->slot->state = FLOW_STARTED;
	ck_assert_int_eq(program_add(r->prog, SLOT), 0);
}


static void rig_way(struct rig *r)
{
	memset(r->way, 0, sizeof(*r->way));
	r->way->ifindex = IFINDEX;
	r->way->mtu = MTU;
	r->way->family = AF_INET;
	memcpy(&r->way->dmac, next, 6);
	memcpy(&r->way->smac, ours, 6);
	r->way->mode = WAY_MAC;
	r->way->kept_ns = UINT64_MAX / 2;
}


/* false: nobody may load it here, and nothing is to be tested */
static bool rig_open(struct rig *r)
{
	const char *why = "";
	int err;

	memset(r, 0, sizeof(*r));
	err = program_alloc(&r->prog, 16, NULL, &why);
	if (err == EPERM) {
		(void)printf("skipped: the kernel's program: %s\n", why);
		return false;
	}
	ck_assert_msg(!err, "%s: %s", why, strerror(err));

	r->slot = program_slot(r->prog, SLOT);
	r->way = &program_ways(r->prog)[WAY];
	conf_set(&r->conf4, "192.0.2.7", "198.51.100.1", "203.0.113.1",
		 "203.0.113.99");
	conf_set(&r->conf6, "2001:db8::7", "2001:db8:1::1", "2001:db8:2::1",
		 "2001:db8:2::99");
	rig_way(r);
	rig_aim(r, &r->conf6);
	rig_aim(r, &r->conf4);

	return true;
}


static void rig_close(struct rig *r)
{
	mem_deref(r->prog);
}


static void rtp_put(struct shot *s, uint16_t seq, uint32_t ts)
{
	octets_put16(s->payload + 2, seq);
	octets_put32(s->payload + 4, ts);
}


static void shot_init(struct shot *s, bool six)
{
	memset(s, 0, sizeof(*s));
	s->six = six;
	s->ttl = 64;
	s->len = RTP_LEN;
	s->payload[0] = 0x80;
	octets_put32(s->payload + 8, SSRC);
	rtp_put(s, 1, 160);
	for (size_t i = 12; i < sizeof(s->payload); i++)
		s->payload[i] = (uint8_t)(i * 7);
}


/* loopback's own address is zero: to us */
static void shot_make(struct shot *s, const struct rig *r)
{
	const struct flow_conf *c = s->six ? &r->conf6 : &r->conf4;
	const struct frame_spec spec = {
		.src = c->src,
		.dst = c->local,
		.smac = {2, 0, 0, 0, 0, 9},
		.ttl = s->ttl,
		.tos = s->tos,
		.unsummed = s->unsummed,
		.payload = s->payload,
		.len = s->len,
	};

	frame_make(&s->in, &spec);
}


static void shoot_unbeaten(struct shot *s, const struct rig *r)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = s->in.b,
		    .data_size_in = (uint32_t)s->in.len, .data_out = s->out.b,
		    .data_size_out = FRAME_MAX, .ctx_in = &s->skb,
		    .ctx_size_in = sizeof(s->skb), .repeat = 1,
		    .flags = s->flags);
	const int err = -bpf_prog_test_run_opts(program_fd(r->prog), &opts);

	ck_assert_msg(!err, "test run: %s", strerror(err));
	s->verdict = (int)opts.retval;
	s->out.len = opts.data_size_out;
}


/* kernels of some years ago cannot play a card */
static bool knows_flags(const struct rig *r)
{
	uint8_t frame[FRAME_MAX] = {0};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame,
		    .data_size_in = FRAME_ETH + FRAME_IP4, .repeat = 1,
		    .flags = SUMMED_BY_CARD);

	if (bpf_prog_test_run_opts(program_fd(r->prog), &opts) != -EINVAL)
		return true;

	(void)printf("skipped: program: no card that knows sums\n");

	return false;
}


/* however slow this machine is */
static void shoot(struct shot *s, const struct rig *r)
{
	program_beat(r->prog, clock_us() * 1000);
	shoot_unbeaten(s, r);
}


/* what must come out: made anew, from its parts */
static void expect_out(const struct shot *s, const struct rig *r)
{
	const struct flow_conf *c = s->six ? &r->conf6 : &r->conf4;
	struct frame_spec spec = {
		.src = c->out,
		.dst = c->dst,
		.ttl = (uint8_t)(s->ttl - 1),
		.tos = (uint8_t)(46 << 2 | (s->tos & 3)),
		.unsummed = s->unsummed,
		.payload = s->payload,
		.len = s->len,
	};
	struct frame want;

	memcpy(spec.smac, ours, 6);
	memcpy(spec.dmac, next, 6);
	frame_make(&want, &spec);
	if (!s->six) {
		/* of our numbers, and may be cut */
		memcpy(want.b + FRAME_ETH + 4, s->out.b + FRAME_ETH + 4, 2);
		octets_put16(want.b + FRAME_ETH + 6, 0);
		frame_sum(&want);
	}
	ck_assert_int_eq(s->verdict, REDIRECT);
	ck_assert_uint_eq(s->out.len, s->in.len);
	for (size_t i = 0; i < want.len; i++)
		ck_assert_msg(s->out.b[i] == want.b[i],
			      "octet %zu: %02x, not %02x", i, s->out.b[i],
			      want.b[i]);
	ck_assert(frame_is_sound(&s->out));
}


static const struct {
	const char *name;
	bool six;
	uint8_t ttl, tos;
	bool unsummed;
	size_t len;
	uint32_t flags;
} outv[] = {
	{"IPv4", false, 64, 0, false, RTP_LEN, 0},
	{"IPv4, ECN is kept, DSCP is ours", false, 64, 0x2b, false, 33, 0},
	{"IPv4, TTL 2", false, 2, 0xff, false, RTP_LEN, 0},
	{"IPv4, TTL 255", false, 255, 0, false, RTP_LEN, 0},
	{"IPv4 without a checksum", false, 64, 0, true, RTP_LEN, 0},
	{"IPv4, the card knows its sum", false, 64, 3, false, RTP_LEN,
	 SUMMED_BY_CARD},
	{"IPv4, header only", false, 64, 0, false, 12, 0},
	{"IPv4, as long as the way takes", false, 64, 0, false, 1472, 0},
	{"IPv6", true, 64, 0, false, RTP_LEN, 0},
	{"IPv6, ECN is kept, DSCP is ours", true, 64, 0xd6, false, 33, 0},
	{"IPv6, hop limit 2", true, 2, 1, false, RTP_LEN, 0},
	{"IPv6, the card knows its sum", true, 64, 0xff, false, RTP_LEN,
	 SUMMED_BY_CARD},
	{"IPv6, header only", true, 64, 0, false, 12, 0},
	{"IPv6, as long as the way takes", true, 64, 0, false, 1452, 0},
};


START_TEST(what_is_forwarded_is_right_to_the_octet)
{
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;
	if (outv[_i].flags && !knows_flags(&r)) {
		rig_close(&r);
		return;
	}

	rig_aim(&r, outv[_i].six ? &r.conf6 : &r.conf4);
	for (uint16_t i = 0; i < 300; i++) {
		shot_init(&s, outv[_i].six);
		s.ttl = outv[_i].ttl;
		s.tos = outv[_i].tos;
		s.unsummed = outv[_i].unsummed;
		s.len = outv[_i].len;
		s.flags = outv[_i].flags;
		rtp_put(&s, (uint16_t)(i * 251), i * 160U);
		shot_make(&s, &r);
		shoot(&s, &r);
		expect_out(&s, &r);
	}
	ck_assert_uint_eq(r.slot->packets, 300);
	ck_assert_uint_eq(r.slot->octets, 300 * outv[_i].len);
	ck_assert_uint_eq(r.slot->state, FLOW_STARTED);
	ck_assert_uint_ne(r.slot->seen_us, 0);
	rig_close(&r);
}
END_TEST


/* a checksum that comes out as zero is sent as all ones (RFC 768) */
START_TEST(a_checksum_is_never_zero)
{
	struct rig r;
	struct shot s;
	bool six = _i;
	int seen = 0;

	if (!rig_open(&r))
		return;

	rig_aim(&r, six ? &r.conf6 : &r.conf4);
	for (uint32_t i = 0; i < 65536; i++) {
		const size_t at = FRAME_ETH + (six ? FRAME_IP6 : FRAME_IP4) +
				  6;

		shot_init(&s, six);
		s.len = 16;
		octets_put16(s.payload + 12, (uint16_t)i);
		shot_make(&s, &r);
		shoot(&s, &r);
		ck_assert(frame_is_sound(&s.out));
		ck_assert_uint_ne(octets_get16(s.out.b + at), 0);
		seen += octets_get16(s.out.b + at) == 0xffff;
	}
	ck_assert_int_ge(seen, 1);
	rig_close(&r);
}
END_TEST


/* where in the frame: of IP, of UDP, of RTP */
#define IP(n)  (FRAME_ETH + (n))
#define UDP(n) (FRAME_ETH + FRAME_IP4 + (n))
#define RTP(n) (FRAME_ETH + FRAME_IP4 + 8 + (n))

/* IPv4: one octet of a frame that would be forwarded is changed */
static const struct {
	const char *name;
	size_t at;
	uint8_t octet;
	uint32_t counted; /* known to be of the flow */
	bool resum;
} upv[] = {
	{"another source address", IP(15), 8, 0, true},
	{"another source port", UDP(1), 1, 0, true},
	{"another port of ours", UDP(3), 0x21, 0, true},
	{"another address of ours", IP(19), 2, 0, true},
	{"TCP", IP(9), 6, 0, true},
	{"IP of another version", IP(0), 0x55, 0, true},
	{"a header that is too short", IP(0), 0x44, 0, false},
	{"a first fragment", IP(6), 0x20, 0, true},
	{"a later fragment", IP(7), 1, 0, true},
	{"TTL 1", IP(8), 1, 1, true},
	{"TTL 0", IP(8), 0, 1, true},
	{"a wrong sum of IP's header", IP(11), 0xee, 1, false},
	{"IP longer than the frame", IP(3), 0xff, 1, true},
	{"IP shorter than UDP", IP(3), 100, 1, true},
	{"UDP longer than IP", UDP(5), 0xf0, 1, false},
	{"UDP shorter than IP", UDP(5), 20, 1, false},
	{"UDP shorter than its header", UDP(5), 7, 1, false},
	{"STUN", RTP(0), 0x00, 1, true},
	{"DTLS", RTP(0), 22, 1, true},
	{"RTP version 1", RTP(0), 0x40, 1, true},
	{"RTP version 3", RTP(0), 0xc0, 1, true},
	{"RTCP SR", RTP(1), 200, 1, true},
	{"RTCP, the lowest", RTP(1), 192, 1, true},
	{"RTCP, the highest", RTP(1), 223, 1, true},
	{"payload type 64", RTP(1), 64, 1, true},
	{"payload type 95", RTP(1), 95, 1, true},
	{"another SSRC", RTP(8), 0, 1, true},
};


START_TEST(what_is_not_plain_rtp_of_the_source_goes_up_as_it_is)
{
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;

	shot_init(&s, false);
	shot_make(&s, &r);
	s.in.b[upv[_i].at] = upv[_i].octet;
	if (upv[_i].resum)
		frame_sum(&s.in);
	shoot(&s, &r);
	ck_assert_msg(s.verdict == UP, "%s: %d", upv[_i].name, s.verdict);
	ck_assert_uint_eq(s.out.len, s.in.len);
	ck_assert_int_eq(memcmp(s.out.b, s.in.b, s.in.len), 0);
	ck_assert_msg(r.slot->state == (FLOW_STARTED | upv[_i].counted),
		      "%s: %llu went up", upv[_i].name,
		      (unsigned long long)(r.slot->state & ~FLOW_STARTED));
	ck_assert_uint_eq(r.slot->packets, 0);
	rig_close(&r);
}
END_TEST


/* RTP's own lengths, as packet.c has them: byte 0, the payload's length, two
 * octets of the extension's length */
static const struct {
	const char *name;
	uint8_t first;
	size_t len;
	uint16_t words;
	uint8_t csrcs;
} lenv[] = {
	{"no header", 0x80, 11, 0, 0},
	{"nothing", 0x80, 0, 0, 0},
	{"a header", 0x80, 12, 0, 0},
	{"sources", 0x8f, 72, 0, 15},
	{"one octet of sources is missing", 0x8f, 71, 0, 15},
	{"an extension", 0x90, 24, 2, 0},
	{"one octet of it is missing", 0x90, 23, 2, 0},
	{"no room for its head", 0x90, 15, 0, 0},
	{"a long one", 0x90, 1416, 350, 0},
	{"a longer one than the packet", 0x90, 172, 0xffff, 0},
	{"sources and an extension", 0x93, 172, 10, 3},
	{"padding", 0xa0, 13, 0, 0},
	{"padding, without an octet of it", 0xa0, 12, 0, 0},
	{"all of it", 0xb1, 29, 2, 1},
	{"all of it, one octet short", 0xb1, 28, 2, 1},
};


START_TEST(lengths_are_judged_as_in_user_space)
{
	struct packet pkt;
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;

	shot_init(&s, false);
	s.payload[0] = lenv[_i].first;
	s.len = lenv[_i].len;
	octets_put16(s.payload + 12 + 4 * (size_t)lenv[_i].csrcs + 2,
		     lenv[_i].words);
	packet_decode(&pkt, s.payload, s.len);
	shot_make(&s, &r);
	shoot(&s, &r);
	ck_assert_msg((s.verdict == REDIRECT) == (pkt.type == PACKET_RTP),
		      "%s: %d", lenv[_i].name, s.verdict);
	rig_close(&r);
}
END_TEST


/* octets of every kind: the same verdict, whatever they are */
START_TEST(random_payloads_are_judged_as_in_user_space)
{
	uint32_t rtp = 0, seed = 1;
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;

	for (int i = 0; i < 20000; i++) {
		struct packet pkt;
		bool want;

		shot_init(&s, false);
		for (size_t k = 0; k < 40; k++) {
			seed = seed * 1103515245 + 12345;
			if (k < 2 || k > 11)
				s.payload[k] = (uint8_t)(seed >> 16);
		}
		if (i & 3)
			s.payload[0] = (s.payload[0] & 0x3f) | 0x80;
		s.payload[18] = 0;
		s.len = (seed >> 8) % 60;
		packet_decode(&pkt, s.payload, s.len);
		want = pkt.type == PACKET_RTP && (pkt.pt < 64 || pkt.pt > 95);
		shot_make(&s, &r);
		shoot(&s, &r);
		ck_assert_msg((s.verdict == REDIRECT) == want, "%d", i);
		rtp += want;
	}
	ck_assert_uint_gt(rtp, 2000);
	rig_close(&r);
}
END_TEST


static uint32_t dice(uint32_t *seed, uint32_t of)
{
	*seed = *seed * 1664525 + 1013904223;

	return (*seed >> 8) % of;
}


/* what was right comes out right, what was not does not become so; what goes
 * up is left alone */
static void judge_bad(const struct shot *s, bool sound)
{
	const size_t at = FRAME_ETH + (s->six ? FRAME_IP6 : FRAME_IP4);

	ck_assert_uint_eq(s->out.len, s->in.len);
	if (s->verdict == UP) {
		ck_assert_mem_eq(s->out.b, s->in.b, s->in.len);
		return;
	}

	ck_assert_int_eq(s->verdict, REDIRECT);
	ck_assert_int_eq(frame_is_sound(&s->out), sound);
	ck_assert_mem_eq(s->out.b + at + 8, s->in.b + at + 8,
			 s->in.len - at - 8);
}


START_TEST(frames_with_any_octet_changed_do_no_harm)
{
	uint32_t seed = 99 + (uint32_t)_i, forwarded = 0;
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;

	rig_aim(&r, _i ? &r.conf6 : &r.conf4);
	for (int i = 0; i < 20000; i++) {
		const uint32_t head = FRAME_ETH + (_i ? FRAME_IP6 : FRAME_IP4);
		const uint32_t changes = dice(&seed, 4);

		shot_init(&s, _i);
		s.len = 12 + dice(&seed, 40);
		shot_make(&s, &r);
		for (uint32_t k = 0; k < changes; k++) {
			const size_t at = FRAME_ETH +
					  dice(&seed, (uint32_t)(s.in.len -
								 FRAME_ETH));

			s.in.b[at] = (uint8_t)dice(&seed, 256);
		}
		if (dice(&seed, 8) == 0)
			s.in.len = head +
				   dice(&seed, (uint32_t)s.in.len - head);
		shoot(&s, &r);
		judge_bad(&s, s.verdict == REDIRECT && frame_is_sound(&s.in));
		forwarded += s.verdict == REDIRECT;
	}
	ck_assert_uint_gt(forwarded, 5000);
	rig_close(&r);
}
END_TEST


START_TEST(options_go_up_and_are_counted)
{
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;

	shot_init(&s, false);
	shot_make(&s, &r);
	memmove(s.in.b + IP(24), s.in.b + IP(20), s.in.len - IP(20));
	memset(s.in.b + IP(20), 1, 4);
	s.in.len += 4;
	s.in.b[IP(0)] = 0x46;
	octets_put16(s.in.b + IP(2), (uint16_t)(s.in.len - FRAME_ETH));
	frame_sum(&s.in);
	ck_assert(frame_is_sound(&s.in));
	shoot(&s, &r);
	ck_assert_int_eq(s.verdict, UP);
	ck_assert_uint_eq(r.slot->state, FLOW_STARTED | 1);
	rig_close(&r);
}
END_TEST


START_TEST(what_is_too_long_for_the_way_goes_up)
{
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;

	for (int six = 0; six < 2; six++) {
		rig_aim(&r, six ? &r.conf6 : &r.conf4);
		shot_init(&s, six);
		s.len = MTU - (six ? FRAME_IP6 : FRAME_IP4) - 8 + 1;
		shot_make(&s, &r);
		shoot(&s, &r);
		ck_assert_int_eq(s.verdict, UP);
		ck_assert_uint_eq(r.slot->state, FLOW_STARTED | 1);
	}
	rig_close(&r);
}
END_TEST


START_TEST(packets_that_the_card_put_together_go_up)
{
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;

	shot_init(&s, false);
	s.skb.gso_size = 172;
	s.skb.gso_segs = 3;
	shot_make(&s, &r);
	shoot(&s, &r);
	ck_assert_int_eq(s.verdict, UP);
	ck_assert_uint_eq(r.slot->state, FLOW_STARTED | 3);
	rig_close(&r);
}
END_TEST


START_TEST(short_frames_may_be_filled_up_long_ones_not)
{
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;

	shot_init(&s, false);
	s.len = 14;
	shot_make(&s, &r);
	s.in.len = 60;
	shoot(&s, &r);
	ck_assert_int_eq(s.verdict, REDIRECT);
	ck_assert_uint_eq(s.out.len, 60);
	ck_assert(frame_is_sound(&s.out));

	shot_make(&s, &r);
	s.in.len = 61;
	shoot(&s, &r);
	ck_assert_int_eq(s.verdict, UP);
	rig_close(&r);
}
END_TEST


START_TEST(frames_to_others_are_not_ours)
{
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;

	shot_init(&s, false);
	shot_make(&s, &r);
	s.in.b[5] = 1;
	shoot(&s, &r);
	ck_assert_int_eq(s.verdict, UP);
	ck_assert_uint_eq(r.slot->state, FLOW_STARTED);
	rig_close(&r);
}
END_TEST


START_TEST(without_a_beat_all_goes_up)
{
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;

	shot_init(&s, false);
	shot_make(&s, &r);
	program_beat(r.prog, 1);
	shoot_unbeaten(&s, &r);
	ck_assert_int_eq(s.verdict, UP);
	program_beat(r.prog, clock_us() * 1000);
	shoot(&s, &r);
	ck_assert_int_eq(s.verdict, REDIRECT);
	rig_close(&r);
}
END_TEST


START_TEST(an_armed_flow_counts_what_goes_up)
{
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;

	r.slot->state = 0;
	shot_init(&s, false);
	shot_make(&s, &r);
	for (uint64_t i = 1; i <= 5; i++) {
		shoot(&s, &r);
		ck_assert_int_eq(s.verdict, UP);
		ck_assert_uint_eq(r.slot->state, i);
	}
	ck_assert_uint_eq(r.slot->packets, 0);
	ck_assert_uint_eq(r.slot->measure.seq.received, 0);
	rig_close(&r);
}
END_TEST


static const struct {
	const char *name;
	enum way_mode mode;
	int verdict;
	bool macs;
} modev[] = {
	{"no way", WAY_UP, UP, false},
	{"the kernel's route", WAY_ROUTE, REDIRECT, false},
	{"the kernel's neighbour", WAY_NEIGH, REDIRECT, false},
	{"a known neighbour", WAY_MAC, REDIRECT, true},
};


START_TEST(ways_are_taken_as_far_as_they_are_known)
{
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;

	shot_init(&s, false);
	shot_make(&s, &r);
	r.way->mode = modev[_i].mode;
	r.way->kept_ns = 0;
	shoot(&s, &r);
	ck_assert_int_eq(s.verdict, modev[_i].verdict);
	ck_assert_int_eq(!memcmp(s.out.b, next, 6), modev[_i].macs);

	/* the neighbour was used, also of a known one */
	ck_assert_int_eq(r.way->kept_ns != 0, modev[_i].mode != WAY_UP);
	rig_close(&r);
}
END_TEST


/* how a stream comes in */
static const struct {
	const char *name;
	uint8_t pt;
	uint32_t lose, repeat, swap, jump; /* one of so many; 0: none */
	uint32_t step;                     /* of its time stamp */
} comev[] = {
	{"as it should", 0, 0, 0, 0, 0, 160},
	{"with losses", 0, 20, 0, 0, 0, 160},
	{"with many losses", 0, 2, 0, 0, 0, 160},
	{"twice", 0, 0, 10, 0, 0, 160},
	{"out of order", 0, 0, 0, 10, 0, 160},
	{"with jumps", 0, 0, 0, 0, 50, 160},
	{"with all of it", 0, 10, 10, 10, 100, 160},
	{"G.729 with silence", 18, 10, 10, 10, 0, 160},
	{"video", 34, 10, 10, 10, 0, 3000},
	{"comfort noise", 13, 10, 0, 0, 0, 160},
	{"of an unknown codec", 100, 10, 10, 10, 100, 160},
};


static void compare_sequence(const struct sequence *a,
			     const struct sequence *b)
{
	ck_assert_uint_eq(a->seq, b->seq);
	ck_assert_uint_eq(a->retry, b->retry);
	ck_assert_uint_eq(a->pending, b->pending);
	ck_assert_uint_eq(a->gap, b->gap);
	ck_assert_uint_eq(a->gone, b->gone);
	ck_assert_uint_eq(a->near, b->near);
	ck_assert_uint_eq(a->span, b->span);
	ck_assert_uint_eq(a->expected, b->expected);
	ck_assert_uint_eq(a->received, b->received);
	ck_assert_uint_eq(a->seen, b->seen);
}


static void compare_time(const struct flow_measure *m, const struct quality *q)
{
	const struct quality_source *s = quality_current(q);

	ck_assert_uint_eq(m->timed, s->timed);
	ck_assert_uint_eq(m->ts, s->ts);
	ck_assert_uint_eq(m->at_us, s->at_us);
	ck_assert_uint_eq(m->jitter, s->jitter);
	ck_assert_uint_eq(m->step_us, s->step_us);
	ck_assert_uint_eq(m->jitter_us, q->shown.jitter_us);
	ck_assert_uint_eq(m->jitter_max_us, q->shown.jitter_max_us);
	ck_assert_uint_eq(m->ptime_us, q->shown.ptime_us);
}


static void compare(const struct rig *r, const struct quality *q)
{
	const struct flow_measure *m = &r->slot->measure;

	ck_assert_mem_eq(&r->slot->losses, &q->losses, sizeof(q->losses));
	compare_sequence(&m->seq, &quality_current(q)->seq);
	compare_time(m, q);
	ck_assert_uint_eq(m->noise, q->shown.noise);

	/* a tone, or silence, is no other codec */
	if (q->kind != CODEC_EVENT && q->kind != CODEC_NOISE)
		ck_assert_uint_eq(m->pt, q->pt);
}


static uint32_t chance(uint32_t *seed, uint32_t of)
{
	*seed = *seed * 1664525 + 1013904223;

	return of ? (*seed >> 10) % of == 0 : 0;
}


/* through the kernel and through quality.c, by the same clock */
static void come(struct rig *r, struct quality *q, struct shot *s)
{
	struct packet pkt;

	shot_make(s, r);
	shoot(s, r);
	ck_assert_int_eq(s->verdict, REDIRECT);
	packet_decode(&pkt, s->payload, s->len);
	quality_add(q, &pkt, r->slot->seen_us);
}


/* the first one is user space's, as always */
static void begin_both(struct rig *r, struct quality *q, struct shot *s)
{
	struct packet pkt;
	struct flow_measure *m = &r->slot->measure;

	memset(q, 0, sizeof(*q));
	packet_decode(&pkt, s->payload, s->len);
	quality_add(q, &pkt, 1);
	memset(m, 0, sizeof(*m));
	m->seq = quality_current(q)->seq;
	m->ssrc = SSRC;
	m->timed = quality_current(q)->timed;
	m->ts = quality_current(q)->ts;
	m->at_us = quality_current(q)->at_us;
	m->noise = q->shown.noise;
	memcpy(&r->slot->losses, &q->losses, sizeof(q->losses));
	r->slot->formatv[0].pt = 101;
	r->slot->formatv[1] = (struct flow_format){
		.pt = q->pt,
		.kind = (uint8_t)q->kind,
		.sid = q->sid,
		.frame = q->frame,
		.scale = q->scale,
	};
}


START_TEST(it_measures_as_user_space_does)
{
	uint32_t seed = 7 + (uint32_t)_i, ts = 0;
	uint16_t seq = 65000;
	struct quality q;
	struct rig r;
	struct shot s;

	if (!rig_open(&r))
		return;

	shot_init(&s, false);
	s.payload[1] = comev[_i].pt;
	rtp_put(&s, seq, ts);
	begin_both(&r, &q, &s);

	for (int i = 0; i < 3000; i++) {
		++seq;
		ts += comev[_i].step;
		if (chance(&seed, comev[_i].jump))
			seq = (uint16_t)(seq + 20000);
		if (chance(&seed, comev[_i].lose))
			continue;

		s.payload[1] = (uint8_t)(comev[_i].pt |
					 (chance(&seed, 30) ? 0x80 : 0));
		s.len = chance(&seed, 8) ? 12 + 2 + 10 : 12 + 20;
		rtp_put(&s, seq, chance(&seed, 100) ? 0 : ts);
		if (chance(&seed, comev[_i].swap)) {
			rtp_put(&s, (uint16_t)(seq + 1), ts + 160);
			come(&r, &q, &s);
			rtp_put(&s, seq, ts);
		}
		come(&r, &q, &s);
		if (chance(&seed, comev[_i].repeat))
			come(&r, &q, &s);
		compare(&r, &q);
	}
	rig_close(&r);
}
END_TEST


Suite *suite_program(void);
Suite *suite_program(void)
{
	Suite *s = suite_create("program");
	TCase *tc = tcase_create("program");

	tcase_set_timeout(tc, 60);
	test_table(tc, what_is_forwarded_is_right_to_the_octet, outv);
	tcase_add_loop_test(tc, a_checksum_is_never_zero, 0, 2);
	test_table(tc, what_is_not_plain_rtp_of_the_source_goes_up_as_it_is,
		   upv);
	test_table(tc, lengths_are_judged_as_in_user_space, lenv);
	tcase_add_test(tc, random_payloads_are_judged_as_in_user_space);
	tcase_add_loop_test(tc, frames_with_any_octet_changed_do_no_harm, 0,
			    2);
	tcase_add_test(tc, options_go_up_and_are_counted);
	tcase_add_test(tc, what_is_too_long_for_the_way_goes_up);
	tcase_add_test(tc, packets_that_the_card_put_together_go_up);
	tcase_add_test(tc, short_frames_may_be_filled_up_long_ones_not);
	tcase_add_test(tc, frames_to_others_are_not_ours);
	tcase_add_test(tc, without_a_beat_all_goes_up);
	tcase_add_test(tc, an_armed_flow_counts_what_goes_up);
	test_table(tc, ways_are_taken_as_far_as_they_are_known, modev);
	test_table(tc, it_measures_as_user_space_does, comev);
	suite_add_tcase(s, tc);

	return s;
}
#endif
