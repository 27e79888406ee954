/**
 * @file test/proxy/media/call_offer.c  Random conversations against a model
 *
 * Two ends that do all they may, and some of what they may not: offers in
 * both directions at once, refused, unanswered, taken back, withdrawn early,
 * late, under several To tags. The model knows of the call only whether it
 * has video, and counts ports.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "proxy/media/sdp.h"
#include "test/mock/duet.h"
#include "test/test.h"

enum { PENDING_MAX = 4, STREAM_PORTS = 4, STEPS = 60, TAGS = 3 };

/** A request that has passed, and what it is about */
struct pending {
	struct duet_message m;
	bool offers, video; /* with SDP, and with a video */
};

struct model {
	struct duet d;
	unsigned seed;
	uint32_t cseqv[2];
	unsigned versionv[2];
	struct pending pendv[PENDING_MAX];
	size_t pendc;
	const char *tag;
	bool video;        /* as both agreed on last */
	uint16_t portv[2]; /* of the audio, by the side that it stands for */
	uint64_t seenv[2]; /* version that came through from that side */
	char textv[2][DUET_BODY_MAX]; /* with it */
};

static struct model m;


static unsigned any(unsigned n)
{
	return (unsigned)rand_r(&m.seed) % n;
}


static const char *sdp(enum call_side from, bool video, char *buf, size_t size)
{
	static const char *const directionv[] = {
		"", "a=sendonly\r\n", "a=inactive\r\n", "a=recvonly\r\n"};

	m.versionv[from] += any(2);
	(void)snprintf(buf, size,
		       "v=0\r\no=- %d %u IN IP4 192.168.1.%d\r\ns=-\r\n"
		       "c=IN IP4 192.168.1.%d\r\nt=0 0\r\n"
		       "m=audio %u RTP/AVP 0\r\n%s"
		       "m=video %u RTP/AVP 31\r\nc=IN IP4 10.1.1.%u\r\n",
		       (int)from + 1, m.versionv[from], (int)from + 1,
		       (int)from + 1, 4000 + 2 * any(4), directionv[any(4)],
		       video ? 5000 + 2 * any(4) : 0, any(3) + 1);

	return buf;
}


/* what the other side reads is a text of ours, with a version that says so */
static void check_origin(enum call_side from)
{
	const char *o = strstr(m.d.sdp, "\r\no="), *rest;
	unsigned long long version;

	ck_assert_int_eq(sscanf(o, "\r\no=- %*u %llu", &version), 1);
	rest = strstr(o + 2, "\r\n");
	ck_assert_uint_ge(version, m.seenv[from]);
	if (version == m.seenv[from] && m.textv[from][0])
		ck_assert_str_eq(rest, m.textv[from]);
	m.seenv[from] = version;
	(void)snprintf(m.textv[from], sizeof(m.textv[from]), "%s", rest);
}


static void check_sdp(enum call_side from, const char *body, bool misplaced)
{
	struct sdp *was = NULL, *now = NULL;
	struct pl pl;

	ck_assert_msg(!strstr(m.d.sdp, "192.168.") &&
			      !strstr(m.d.sdp, "10.1."),
		      "seed %d: %s", m.seed, m.d.sdp);
	pl_set_str(&pl, body);
	ck_assert_int_eq(sdp_parse(&was, &pl), 0);
	pl_set_str(&pl, m.d.sdp);
	ck_assert_int_eq(sdp_parse(&now, &pl), 0);
	ck_assert_uint_eq(sdp_streams(was), sdp_streams(now));
	for (size_t i = 0; i < sdp_streams(was); i++)
		ck_assert_int_eq(!sdp_stream(was, i)->port,
				 !sdp_stream(now, i)->port);
	if (!misplaced) {
		const uint16_t port = sdp_stream(now, 0)->port;

		ck_assert(!m.portv[from] || m.portv[from] == port);
		m.portv[from] = port;
		check_origin(from);
	}
	mem_deref(was);
	mem_deref(now);
}


static void pass(struct duet_message *msg, bool misplaced)
{
	ck_assert_int_eq(duet_pass(&m.d, msg), 0);
	if (msg->body)
		check_sdp(msg->from, msg->body, misplaced);
	msg->body = NULL;
}


static struct pending *open_invite(enum call_side from)
{
	for (size_t i = 0; i < m.pendc; i++) {
		if (m.pendv[i].m.from == from &&
		    !strcmp(m.pendv[i].m.met, "INVITE"))
			return &m.pendv[i];
	}

	return NULL;
}


static bool offers(enum call_side from)
{
	for (size_t i = 0; i < m.pendc; i++) {
		if (m.pendv[i].m.from == from && m.pendv[i].offers)
			return true;
	}

	return false;
}


static void ask(void)
{
	const enum call_side from = any(2) ? CALL_B : CALL_A;
	const bool update = any(3) == 0, late = !update && any(4) == 0;
	struct pending *p = &m.pendv[m.pendc];
	char body[1024];

	if (m.pendc == PENDING_MAX || (!late && offers(from)) ||
	    (!update && open_invite(from)))
		return;

	memset(p, 0, sizeof(*p));
	p->m.from = from;
	p->m.met = update ? "UPDATE" : "INVITE";
	p->m.cseq = ++m.cseqv[from];
	p->m.tag = m.tag;
	p->offers = !late;
	p->video = any(2);
	if (!late)
		p->m.body = sdp(from, p->video, body, sizeof(body));
	pass(&p->m, false);
	++m.pendc;
}


static void forget(struct pending *p)
{
	const size_t i = (size_t)(p - m.pendv);

	--m.pendc;
	memmove(p, p + 1, (m.pendc - i) * sizeof(*p));
}


/* 2xx with the answer; or with the offer, then the answer is in the ACK */
static void accept_it(struct pending *p)
{
	const enum call_side to = p->m.from == CALL_A ? CALL_B : CALL_A;
	const bool video = (p->offers ? p->video : true) && any(2);
	struct duet_message resp = p->m, ack = p->m;
	char body[1024];
	bool agreed = true;

	resp.from = to;
	resp.scode = 200;
	resp.body = sdp(to, video, body, sizeof(body));
	pass(&resp, false);
	ack.met = "ACK";
	m.video = p->offers ? video : m.video;
	if (!p->offers) {
		const bool both = video && any(2);

		agreed = any(4) > 0;
		ack.body = agreed ? sdp(ack.from, both, body, sizeof(body))
				  : NULL;
		m.video = agreed ? both : m.video;
	}
	if (!strcmp(p->m.met, "INVITE"))
		pass(&ack, false);
	forget(p);
}


static void refuse(struct pending *p)
{
	static const uint16_t scodev[] = {488, 491, 500, 408};
	struct duet_message resp = p->m;
	char body[1024];

	resp.from = p->m.from == CALL_A ? CALL_B : CALL_A;
	resp.scode = scodev[any(4)];
	if (resp.scode == 488 && any(2))
		resp.body = sdp(resp.from, true, body, sizeof(body));
	pass(&resp, true);
	forget(p);
}


static void preview(struct pending *p)
{
	struct duet_message resp = p->m;
	char body[1024];

	/* who has an offer of his own under way says nothing else */
	resp.from = p->m.from == CALL_A ? CALL_B : CALL_A;
	if (!p->offers || strcmp(p->m.met, "INVITE") || offers(resp.from))
		return;

	resp.scode = 183;
	resp.body = sdp(resp.from, p->video && any(2), body, sizeof(body));
	pass(&resp, false);
}


static void misplace(void)
{
	struct duet_message info = {
		.from = any(2) ? CALL_B : CALL_A, .met = "INFO", .tag = m.tag};
	char body[1024];

	info.cseq = ++m.cseqv[info.from];
	info.body = sdp(info.from, true, body, sizeof(body));
	pass(&info, true);
}


static void step(void)
{
	struct pending *p = m.pendc ? &m.pendv[any((unsigned)m.pendc)] : NULL;

	switch (any(8)) {
	case 0:
	case 1:
	case 2:
		ask();
		break;

	case 3:
	case 4:
		if (p)
			accept_it(p);
		break;

	case 5:
		if (p)
			refuse(p);
		break;

	case 6:
		if (p && any(2)) {
			duet_lost(&m.d, &p->m);
			forget(p);
		}
		else if (p) {
			preview(p);
		}
		break;

	default:
		misplace();
		break;
	}
}


/* nobody waits for an answer: what is taken is what was agreed on */
static void check_idle(void)
{
	if (!m.pendc)
		duet_expect_taken(&m.d, STREAM_PORTS * (m.video ? 2 : 1));
}


static void begin(void)
{
	static const char *const tagv[TAGS] = {"b1", "b2", "b3"};
	struct duet_message invite = {
		.from = CALL_A, .met = "INVITE", .cseq = 1};
	char body[1024];
	const bool video = any(2);
	struct duet_message resp;

	m.cseqv[CALL_A] = 1;
	duet_begin(&m.d);
	invite.body = sdp(CALL_A, video, body, sizeof(body));
	pass(&invite, false);

	for (unsigned n = any(6); n; n--) {
		resp = invite;
		resp.from = CALL_B;
		resp.scode = 183;
		resp.tag = tagv[any(TAGS)];
		resp.body = sdp(CALL_B, video && any(2), body, sizeof(body));
		m.portv[CALL_B] = 0; /* each tag has its own */
		m.seenv[CALL_B] = 0;
		m.textv[CALL_B][0] = '\0';
		pass(&resp, false);
	}

	m.portv[CALL_B] = 0;
	m.seenv[CALL_B] = 0;
	m.textv[CALL_B][0] = '\0';
	m.tag = tagv[any(TAGS)];
	invite.tag = m.tag;
	m.video = video && any(2);
	resp = invite;
	resp.from = CALL_B;
	resp.scode = 200;
	resp.body = sdp(CALL_B, m.video, body, sizeof(body));
	pass(&resp, false);
	call_answered(m.d.call);
	invite.met = "ACK";
	pass(&invite, false);
	check_idle();
}


START_TEST(whatever_they_say_to_each_other)
{
	for (unsigned i = 0; i < 10; i++) {
		memset(&m, 0, sizeof(m));
		m.seed = (unsigned)_i * 10 + i + 1;
		duet_open(&m.d);
		begin();
		for (int n = 0; n < STEPS; n++) {
			step();
			check_idle();
		}
		duet_end(&m.d);
		duet_close(&m.d);
	}
}
END_TEST


Suite *suite_call_offer(void);
Suite *suite_call_offer(void)
{
	Suite *s = suite_create("call_offer");
	TCase *tc = tcase_create("call_offer");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, whatever_they_say_to_each_other, 0, 10);
	suite_add_tcase(s, tc);

	return s;
}
