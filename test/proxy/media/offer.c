/**
 * @file test/proxy/media/offer.c  The flows of RFC 6337, and wrong ones
 */
#include <stdlib.h>
#include <string.h>
#include "proxy/media/offer.h"
#include "test/test.h"

enum { STEP_MAX = 64, STEPS_MAX = 24 };

/*
 * One message: side, method, CSeq, "/status", s: with SDP, r: reliable, "@n":
 * the CSeq in RAck; "=" what its SDP is, "+a" agreed (a has offered), "-b" b's
 * last word does not hold. "aI1s=offer bI1/200s=answer+a aK1"
 */
static void step_read(struct offer_event *ev, const char *s)
{
	static const char metv[] = "OIKPU";
	char *end;

	memset(ev, 0, sizeof(*ev));
	ev->from = s[0] == 'b';
	ev->met = (enum offer_method)(strchr(metv, s[1]) - metv);
	ev->cseq = (uint32_t)strtoul(s + 2, &end, 10);
	if (*end == '/')
		ev->scode = (uint16_t)strtoul(end + 1, &end, 10);
	for (; *end && *end != '='; end++) {
		ev->sdp |= *end == 's';
		ev->reliable |= *end == 'r';
		if (*end == '@')
			ev->rack = (uint32_t)strtoul(end + 1, NULL, 10);
	}
}


static const char *result_print(const struct offer_result *r)
{
	static char buf[STEP_MAX];

	(void)re_snprintf(buf, sizeof(buf), "%s%s%s%s",
			  r->kind ? offer_kind_name(r->kind) : "",
			  !r->agreed   ? ""
			  : r->offerer ? "+b"
				       : "+a",
			  r->undov[0] ? "-a" : "", r->undov[1] ? "-b" : "");

	return buf;
}


static void play(struct offer *o, const char *flow)
{
	char text[512], *step, *rest = text;

	(void)str_ncpy(text, flow, sizeof(text));
	while ((step = strsep(&rest, " "))) {
		const char *want = strchr(step, '=');
		struct offer_event ev;
		struct offer_result r;

		step_read(&ev, step);
		offer_hear(&r, o, &ev);
		ck_assert_msg(!strcmp(result_print(&r), want ? want + 1 : ""),
			      "%s: %s is %s", flow, step, result_print(&r));
		ck_assert_int_eq(r.proposes,
				 r.kind == OFFER_OFFER ||
					 (r.kind == OFFER_PREVIEW &&
					  !offer_is_open(o, !ev.from)));
	}
}


static const struct {
	const char *flow;
	const char *open; /* who waits for an answer afterwards */
} flowv[] = {
	/* RFC 6337 section 2.2, patterns 1 to 6 */
	{"aI1s=offer", "a"},
	{"aI1s=offer bI1/200s=answer+a aK1", ""},
	{"aI1 bI1/200s=offer", "b"},
	{"aI1 bI1/200s=offer aK1s=answer+b", ""},
	{"aI1s=offer bI1/183rs=answer+a aP2@1 bP2/200 bI1/200 aK1", ""},
	{"aI1 bI1/183rs=offer aP2@1s=answer+b bP2/200 bI1/200 aK1", ""},
	{"aI1s=offer bI1/183rs=answer+a aP2@1s=offer bP2/200s=answer+a", ""},
	{"aI1s=offer bI1/200s=answer+a aK1 aU2s=offer bU2/200s=answer+a", ""},
	{"aI1s=offer bI1/200s=answer+a aK1 bU1s=offer aU1/200s=answer+b", ""},

	/* a preview (section 3.1.1), and what stands in the 2xx after it */
	{"aI1s=offer bI1/180 bI1/183s=preview bI1/200s=answer+a", ""},
	{"aI1s=offer bI1/183s=preview bI1/183s=preview bI1/200s=answer+a", ""},
	{"aI1s=offer bI1/183s=preview bI1/200=+a aK1", ""},
	{"aI1 bI1/183s=preview bI1/200s=offer aK1s=answer+b", ""},
	{"aI1s=offer bI1/183rs=answer+a bI1/183s=repeat bI1/200s=repeat", ""},
	{"aI1 bI1/183rs=offer bI1/183rs=repeat aP2@1s=answer+b "
	 "bI1/200s=repeat aK1s=misplaced",
	 ""},
	/* each 2xx once more, with its ACK */
	{"aI1s=offer bI1/200s=answer+a aK1 bI1/200s=repeat aK1", ""},
	{"aI1 bI1/200s=offer aK1s=answer+b bI1/200s=repeat aK1s=repeat", ""},
	/* PRACK without an answer: the ACK may bring it */
	{"aI1 bI1/183rs=offer aP2@1 bP2/200 bI1/200s=repeat aK1s=answer+b",
	 ""},

	/* UPDATE before the 2xx (RFC 3311 section 5.1) */
	{"aI1s=offer bI1/183rs=answer+a aP2@1 bP2/200 aU3s=offer "
	 "bU3/200s=answer+a bU1s=offer aU1/200s=answer+b bI1/200 aK1",
	 ""},
	{"aI1s=offer bI1/183rs=answer+a aP2@1 bP2/200 aU3s=offer bU3/504=-a "
	 "bI1/200 aK1",
	 ""},

	/* failures: what was agreed on holds (RFC 3261 section 14.1) */
	{"aI1s=offer bI1/486=-a", ""},
	{"aI1s=offer bI1/200s=answer+a aK1 aI2s=offer bI2/488=-a", ""},
	{"aI1s=offer bI1/200s=answer+a aK1 aI2s=offer bI2/488s=misplaced-a",
	 ""},
	{"aI1s=offer bI1/200s=answer+a aK1 aI2s=offer bI2/183s=preview "
	 "bI2/488=-a-b",
	 ""},
	{"aI1s=offer bI1/200s=answer+a aK1 aI2 bI2/488", ""},
	{"aI1s=offer bI1/200s=answer+a aK1 aI2 bI2/183rs=offer bI2/500=-b",
	 ""},
	{"aI1s=offer bI1/200s=answer+a aK1 aI2s=offer bI2/183rs=answer+a "
	 "bI2/487",
	 ""},
	{"aI1s=offer bI1/200s=answer+a aK1 aU2s=offer bU2/491=-a", ""},
	{"aI1s=offer bI1/183rs=answer+a aP2@1s=offer bP2/500=-a", ""},
	/* no answer where one was due */
	{"aI1s=offer bI1/200s=answer+a aK1 aI2s=offer bI2/200=-a aK2", ""},
	{"aI1s=offer bI1/200s=answer+a aK1 aU2s=offer bU2/200=-a", ""},
	{"aI1s=offer bI1/200s=answer+a aK1 aI2 bI2/200s=offer aK2=-b", ""},

	/* glare: both at once, in each order (section 14.1, RFC 6337 4) */
	{"aI1s=offer bI1/200s=answer+a aK1 aI2s=offer bI1s=offer bI2/491=-a "
	 "aI1/491=-b",
	 ""},
	{"aI1s=offer bI1/200s=answer+a aK1 aI2s=offer bI1s=offer aI1/491=-b "
	 "bI2/491=-a",
	 ""},
	{"aI1s=offer bI1/200s=answer+a aK1 aI2s=offer bU1s=offer aU1/491=-b "
	 "bI2/200s=answer+a",
	 ""},
	/* who has a second offer under way stands by that */
	{"aI1s=offer aU2s=offer bU2/500", "a"},

	/* nothing that anybody may say there */
	{"aI1s=offer aO2s=misplaced bO2/200s=misplaced bI1/200s=answer+a", ""},
	{"aI1s=offer aP2@1s=misplaced bI1/200s=answer+a", ""},
	{"aI1s=offer bI1/200s=answer+a aK1s=misplaced", ""},
	{"aI1s=offer bI1/200s=answer+a aK9s=misplaced", ""},
	{"aI1s=offer bI1/200s=answer+a aK1 aU2 bU2/200s=misplaced", ""},
	{"aI1s=offer bI9/200s=misplaced bI1/200s=answer+a", ""},
	{"aI1s=offer bU1/200s=misplaced aI1/200s=misplaced", "a"},
	{"aI1s=offer bP2/183s=misplaced", "a"},

	/* the same request to another hop is the same offer */
	{"aI1s=offer aI1s=offer bI1/200s=answer+a", ""},
	{"aU1s=offer aU1s=offer bU1/200s=answer+a", ""},
	/* we were started again in the middle */
	{"aK1s=answer", ""},
	{"bI1/200s=answer", ""},
	{"aP2@1s=answer", ""},
	{"aI2s=offer bI2/200s=answer+a", ""},
};


START_TEST(a_flow)
{
	struct offer o = {.txnc = 0};

	play(&o, flowv[_i].flow);
	ck_assert_int_eq(offer_is_open(&o, 0), flowv[_i].open[0] == 'a');
	ck_assert_int_eq(offer_is_open(&o, 1), flowv[_i].open[0] == 'b');
}
END_TEST


START_TEST(a_request_that_is_lost_is_undone)
{
	struct offer o = {.txnc = 0};
	struct offer_result r;

	play(&o, "aI1s=offer bI1/200s=answer+a aK1 aI2s=offer");
	offer_lost(&r, &o, 0, OFFER_INVITE, 2);
	ck_assert_str_eq(result_print(&r), "-a");
	offer_lost(&r, &o, 0, OFFER_INVITE, 2);
	ck_assert_str_eq(result_print(&r), "");
	ck_assert(!offer_is_open(&o, 0));
}
END_TEST


START_TEST(a_copy_is_a_dialog_of_its_own)
{
	struct offer o = {.txnc = 0}, other;

	play(&o, "aI1s=offer");
	other = o;
	play(&o, "bI1/183rs=answer+a aP2@1 bP2/200");
	play(&other, "bI1/200s=answer+a aK1");
	play(&o, "bI1/200 aK1");
}
END_TEST


START_TEST(what_is_kept_is_bounded)
{
	struct offer o = {.txnc = 0};
	struct offer_result r;

	for (uint32_t n = 1; n < 1000; n++) {
		const struct offer_event ev = {.from = n & 1,
					       .met = OFFER_UPDATE,
					       .cseq = n,
					       .sdp = true};

		offer_hear(&r, &o, &ev);
		ck_assert_int_eq(r.kind, OFFER_OFFER);
		ck_assert_uint_le(o.txnc, OFFER_TXNS_MAX);
	}
	offer_hear(&r, NULL, NULL);
	ck_assert_int_eq(r.kind, OFFER_NONE);
	ck_assert(!offer_is_open(NULL, 0));
}
END_TEST


/* whatever comes in whatever order: each offer ends once, and what is said to
 * be over is not open */
START_TEST(anything_in_any_order)
{
	struct offer o = {.txnc = 0};
	unsigned seed = (unsigned)_i + 1;
	bool agreed_once = false;

	for (int n = 0; n < 20000; n++) {
		static const uint16_t scodev[] = {0, 0, 180, 200, 488, 491};
		struct offer_event ev = {
			.from = (unsigned)rand_r(&seed) % 2,
			.met = (enum offer_method)(rand_r(&seed) % 5),
			.cseq = (unsigned)rand_r(&seed) % 4,
			.scode = scodev[(unsigned)rand_r(&seed) % 6],
			.sdp = rand_r(&seed) % 3 > 0,
			.reliable = rand_r(&seed) % 2,
			.rack = (unsigned)rand_r(&seed) % 4,
		};
		struct offer_result r;

		offer_hear(&r, &o, &ev);
		ck_assert(ev.sdp == (r.kind != OFFER_NONE));
		if (r.kind == OFFER_OFFER)
			ck_assert(offer_is_open(&o, ev.from));
		if (r.agreed)
			agreed_once = true;
		for (unsigned s = 0; s < 2; s++)
			ck_assert(!(r.undov[s] && offer_is_open(&o, s)));
		ck_assert_uint_le(o.txnc, OFFER_TXNS_MAX);
	}
	ck_assert(agreed_once);
}
END_TEST


Suite *suite_offer(void);
Suite *suite_offer(void)
{
	Suite *s = suite_create("offer");
	TCase *tc = tcase_create("offer");

	test_table(tc, a_flow, flowv);
	tcase_add_test(tc, a_request_that_is_lost_is_undone);
	tcase_add_test(tc, a_copy_is_a_dialog_of_its_own);
	tcase_add_test(tc, what_is_kept_is_bounded);
	tcase_add_loop_test(tc, anything_in_any_order, 0, 20);
	suite_add_tcase(s, tc);

	return s;
}
