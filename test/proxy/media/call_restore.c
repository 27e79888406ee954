/**
 * @file test/proxy/media/call_restore.c  A call out of a text, and as text
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "proxy/media/call_report.h"
#include "proxy/media/call_saved.h"
#include "proxy/media/call_state.h"
#include "test/mock/puppet.h"
#include "test/test.h"

enum { NOW_MS = 10000000, MAX = 3, MUTATIONS = 4000 };

#define WALL_MS 1800000000000ull

/* with each key that there is: two answers of a fork that share a leg, one of
 * them in the middle of an offer; fax and SRTP; texts that are no UTF-8 */
static const char full[] =
	"{\"version\":1,\"id\":\"f000000000000001\","
	"\"callid\":{\"hex\":\"63ff31\"},"
	"\"started\":1799999990000,\"answered\":1799999995000,"
	"\"session\":1800000090000,"
	"\"ends\":[{\"proto\":\"tls\",\"local\":\"203.0.113.1:5061\","
	"\"at\":\"198.51.100.7:40000\",\"phone\":true,\"policy\":1,"
	"\"instance\":\"<urn:uuid:1>\","
	"\"behind\":\"00000000000000aa\",\"seen\":\"198.51.100.9:5060\","
	"\"verdict\":{\"media\":2,\"reason\":7,"
	"\"seen\":\"198.51.100.7:40000\",\"said\":\"192.168.1.10:0\"}},"
	"{\"proto\":\"udp\",\"local\":\"[2001:db8::1]:5060\","
	"\"at\":\"[2001:db8::2]:5060\",\"peer\":\"carrier\",\"policy\":0,"
	"\"verdict\":{\"media\":1,\"reason\":1}}],"
	"\"mode\":2,\"agreed\":2,"
	"\"verdict\":{\"media\":2,\"reason\":8,"
	"\"seen\":\"198.51.100.7:40000\"},"
	"\"marked\":true,\"marked_by\":1,"
	"\"looped\":\"00000000000000bb\",\"beyond\":1,"
	"\"opening\":{\"met\":true,\"txns\":[{\"met\":1,\"state\":1,"
	"\"from\":0,\"cseq\":1}]},"
	"\"opened\":{\"session\":\"8000000000000000\","
	"\"text\":\"0000000000000002\",\"version\":\"ffffffffffffffff\"},"
	"\"asks\":["
	"{\"side\":0,\"other6\":true,\"signalling\":\"198.51.100.7:40000\","
	"\"other\":\"[2001:db8::2]:5060\",\"media\":["
	"{\"used\":true,\"secure\":true,\"rtp\":\"192.168.1.10:4000\","
	"\"rtcp\":\"192.168.1.10:4001\",\"terms\":{\"mux\":true,"
	"\"sends\":true,\"hears\":true,\"codecs\":[{\"pt\":8,"
	"\"name\":\"PCMA\",\"clock\":8000,\"channels\":1},{\"pt\":101,"
	"\"name\":\"telephone-event\",\"clock\":8000,\"channels\":1}],"
	"\"ufrag\":\"abcd\",\"pwd\":\"0123456789012345678901\"},"
	"\"with\":0,\"mux_only\":true},{\"with\":1}]},"
	"{\"side\":1,\"answer\":true,\"hold\":true,"
	"\"signalling\":\"[2001:db8::2]:5060\",\"media\":["
	"{\"used\":true,\"any\":true,\"rtp\":\"[2001:db8::2]:6000\","
	"\"rtcp\":\"[2001:db8::2]:6001\",\"with\":0}]}],"
	"\"first\":0,\"dialogs\":["
	"{\"tag\":{\"hex\":\"e9\"},\"confirmed\":true,"
	"\"offer\":{\"met\":true,\"txns\":[{\"met\":4,\"state\":3,"
	"\"from\":1,\"cseq\":4294967295,\"previewed\":true,"
	"\"acked\":true}]},\"sides\":[{\"now\":0,\"offered\":0,"
	"\"agreed\":0,\"behind_nat\":\"198.51.100.9:0\"},{\"now\":1,"
	"\"agreed\":1,\"received\":{\"session\":\"0000000000000001\","
	"\"text\":\"0000000000000002\",\"version\":\"0000000000000003\"}}],"
	"\"leg\":{\"asked_a\":0,\"asked_b\":1,\"ours_a\":[{\"used\":true,"
	"\"rtp\":\"203.0.113.1:20000\",\"rtcp\":\"203.0.113.1:20001\"}],"
	"\"ours_b\":[{\"used\":true,\"rtp\":\"[2001:db8::1]:30000\","
	"\"rtcp\":\"[2001:db8::1]:30001\"}]}},"
	"{\"tag\":\"two\",\"forked\":true,\"confirmed\":true,"
	"\"offer\":{\"txns\":[]},\"sides\":[{},{}],\"leg_of\":0}],"
	"\"from_user\":\"alice\",\"to_user\":\"bob\",\"record\":true,"
	"\"takes\":2,"
	"\"note\":{\"callee\":\"bob@example.net\",\"uri\":\"sip:b@1.2.3.4\","
	"\"agent\":\"Phone\",\"file\":\"a.wav\","
	"\"streams\":[{\"kind\":\"audio\",\"a\":\"192.168.1.10:4000\","
	"\"b\":\"[2001:db8::2]:6000\"},{\"kind\":\"video\"}],"
	"\"origin\":{\"id\":\"f000000000000002\",\"callid\":\"c\","
	"\"from\":\"sip:a@example.net\",\"to\":\"sip:b@example.net\","
	"\"uri\":\"sip:b@example.net\",\"agent\":\"Soft\","
	"\"account\":\"alice@example.net\",\"peer\":\"\","
	"\"diverted\":\"Diversion: x\",\"source\":\"198.51.100.7:40000\","
	"\"proto\":\"tls\",\"at\":1799999990000,"
	"\"winner\":\"f000000000000001\"}}}";

static struct timers *timers;
static struct calls *calls;
static struct puppet puppet;
static struct config_peer peer;
static const char *why; /* a call has ended */


static void expired_handler(struct call *call, const char *reason, void *arg)
{
	(void)call;
	(void)arg;
	why = reason;
}


static void setup(void)
{
	struct calls_conf conf = {
		.maker = &puppet.maker,
		.ringing_ms = 200000,
		.answered_ms = 3600000,
		.max = MAX,
		.handlers = {.expiredh = expired_handler},
	};

	why = NULL;
	memset(&peer, 0, sizeof(peer));
	(void)str_ncpy(peer.name, "carrier", sizeof(peer.name));
	puppet_init(&puppet);
	ck_assert_int_eq(timers_alloc_virtual(&timers, NOW_MS), 0);
	ck_assert_int_eq(calls_alloc(&calls, &conf, timers, NULL, NULL), 0);
}


static void teardown(void)
{
	calls = mem_deref(calls);
	timers = mem_deref(timers);
}


static const struct config_peer *peer_handler(const char *name, void *arg)
{
	(void)arg;

	return strcmp(name, peer.name) ? NULL : &peer;
}


static struct call_restorer restorer(uint64_t wall_ms)
{
	const struct call_restorer r = {
		.now = {.wall_ms = wall_ms, .ms = timers_now(timers)},
		.peerh = peer_handler,
	};

	return r;
}


static int restore(struct call **cp, const json_t *o, uint64_t wall_ms)
{
	const struct call_restorer r = restorer(wall_ms);
	struct saved_flow flowv[2];

	return call_restore(cp, flowv, calls, o, &r);
}


static json_t *save(struct call *call, uint64_t wall_ms)
{
	const struct saved_time now = restorer(wall_ms).now;
	struct mbuf *mb = mbuf_alloc(4096);
	struct json_out o;
	json_t *json;

	json_out_init(&o, mb);
	json_out_object(&o, NULL);
	ck_assert_int_eq(call_save(&o, call, &now), 0);
	json_out_object_end(&o);
	json = json_loadb((const char *)mb->buf, mb->end,
			  JSON_REJECT_DUPLICATES, NULL);
	ck_assert_ptr_nonnull(json);
	mem_deref(mb);

	return json;
}


/* no flow is there yet */
static void remove_flows(json_t *o)
{
	for (size_t i = 0; i < 2; i++) {
		json_t *end = json_array_get(json_object_get(o, "ends"), i);

		(void)json_object_del(end, "proto");
		(void)json_object_del(end, "local");
		(void)json_object_del(end, "at");
	}
}


static void expect_same(const json_t *a, const json_t *b)
{
	char *at = json_dumps(a, JSON_INDENT(1) | JSON_SORT_KEYS);
	char *bt = json_dumps(b, JSON_INDENT(1) | JSON_SORT_KEYS);

	ck_assert_str_eq(at, bt);
	free(at);
	free(bt);
}


START_TEST(all_that_was_saved_is_there_again)
{
	json_t *o = json_loads(full, JSON_REJECT_DUPLICATES, NULL), *again;
	const struct call_restorer r = restorer(WALL_MS);
	struct saved_flow flowv[2];
	struct call *call = NULL;

	ck_assert_ptr_nonnull(o);
	ck_assert_int_eq(call_restore(&call, flowv, calls, o, &r), 0);
	ck_assert(flowv[0].known && flowv[1].known);
	ck_assert_int_eq(flowv[0].proto, FLOW_TLS);
	ck_assert_uint_eq(sa_port(&flowv[0].peer), 40000);
	ck_assert_uint_eq(sa_port(&flowv[1].local), 5060);
	ck_assert_ptr_eq(call_find(calls, 0xf000000000000001), call);
	ck_assert(call_is_answered(call));
	ck_assert_uint_eq(calls_count(calls), 1);

	remove_flows(o);
	again = save(call, WALL_MS);
	expect_same(o, again);

	json_decref(again);
	json_decref(o);
}
END_TEST


START_TEST(a_call_is_there_once)
{
	json_t *o = json_loads(full, 0, NULL);
	struct call *call = NULL;

	ck_assert_int_eq(restore(&call, o, WALL_MS), 0);
	ck_assert_int_eq(restore(&call, o, WALL_MS), EEXIST);
	ck_assert_uint_eq(calls_count(calls), 1);
	json_decref(o);
}
END_TEST


START_TEST(there_are_no_more_than_there_may_be)
{
	json_t *o = json_loads(full, 0, NULL);
	struct call *call = NULL;
	char id[17];

	for (int i = 0; i <= MAX; i++) {
		(void)re_snprintf(id, sizeof(id), "%016x", i + 1);
		(void)json_object_set_new(o, "id", json_string(id));
		ck_assert_int_eq(restore(&call, o, WALL_MS),
				 i < MAX ? 0 : ENOSPC);
	}
	ck_assert_uint_eq(calls_count(calls), MAX);
	json_decref(o);
}
END_TEST


/* a peer that the configuration has no more */
START_TEST(who_is_gone_is_nobody)
{
	json_t *o = json_loads(full, 0, NULL);
	struct call *call = NULL;

	(void)str_ncpy(peer.name, "other", sizeof(peer.name));
	ck_assert_int_eq(restore(&call, o, WALL_MS), 0);
	ck_assert_ptr_null(call->sidev[CALL_B].peer);
	ck_assert(!call_is_phone(call, CALL_B));
	json_decref(o);
}
END_TEST


static const struct {
	int64_t later_ms; /* the calendar, at the start */
	uint64_t talked_ms;
	uint64_t lives_ms; /* until it is over ... */
	const char *why;   /* ... for that reason */
} timev[] = {
	/* its ends have 95 s left; one that is late gets the time that it
	 * needs to repeat its refresh */
	{0, 5000, 90000, "session-timer"},
	{80000, 85000, 32000, "session-timer"},
	{3600000, 3605000, 0, "too-long"},
	/* the clock was set back an hour, and a year */
	{-3600000, 0, 3690000, "session-timer"},
	{-31536000000, 0, 3690000, "session-timer"},
};


START_TEST(time_went_on_or_did_not)
{
	json_t *o = json_loads(full, 0, NULL);
	struct call_report *r = NULL;
	struct call *call = NULL;
	uint64_t wall_ms = WALL_MS, lives_ms = timev[_i].lives_ms;

	wall_ms += (uint64_t)timev[_i].later_ms;
	ck_assert_int_eq(restore(&call, o, wall_ms), 0);
	ck_assert_int_eq(call_report(&r, call, NULL), 0);
	ck_assert_uint_eq(r->talked_ms, timev[_i].talked_ms);
	mem_deref(r);

	/* never longer than any call */
	if (lives_ms > 3600000) {
		timers_advance(timers, 3600000);
		ck_assert_ptr_nonnull(why);
		json_decref(o);
		return;
	}

	if (lives_ms) {
		timers_advance(timers, lives_ms - 1);
		ck_assert_ptr_null(why);
	}
	timers_advance(timers, 1);
	ck_assert_ptr_nonnull(why);
	ck_assert_str_eq(why, timev[_i].why);
	json_decref(o);
}
END_TEST


static const char *const badv[] = {
	"{}",
	"[]",
	"{\"version\":2,\"id\":\"0000000000000001\"}",
	"{\"version\":1,\"id\":\"0000000000000000\"}",
	"{\"version\":1,\"id\":\"0000000000000001\"}",
};


START_TEST(what_is_no_call_is_refused)
{
	json_t *o = json_loads(badv[_i], 0, NULL);
	struct call *call = NULL;

	ck_assert_int_eq(restore(&call, o, WALL_MS), EBADMSG);
	ck_assert_ptr_null(call);
	ck_assert_uint_eq(calls_count(calls), 0);
	json_decref(o);
}
END_TEST


static void spoil(json_t *parent, const char *key, size_t index,
		  json_t *instead)
{
	if (key && instead)
		(void)json_object_set(parent, key, instead);
	else if (key)
		(void)json_object_del(parent, key);
	else if (instead)
		(void)json_array_set(parent, index, instead);
	else
		(void)json_array_remove(parent, index);
}


/* the n-th value from here on is spoiled; true: it was */
static bool spoil_nth(json_t *o, unsigned *n, json_t *instead)
{
	const char *key;
	json_t *val;
	void *next;

	json_object_foreach_safe(o, next, key, val)
	{
		if (!(*n)--) {
			spoil(o, key, 0, instead);
			return true;
		}
		if (spoil_nth(val, n, instead))
			return true;
	}

	for (size_t i = 0; i < json_array_size(o); i++) {
		if (!(*n)--) {
			spoil(o, NULL, i, instead);
			return true;
		}
		if (spoil_nth(json_array_get(o, i), n, instead))
			return true;
	}

	return false;
}


static json_t *instead(int i)
{
	switch (i) {
	case 0:
		return NULL;
	case 1:
		return json_null();
	case 2:
		return json_integer(-1);
	case 3:
		return json_integer(INT64_MAX);
	case 4:
		return json_string("");
	case 5:
		return json_string("0000000000000001");
	case 6:
		return json_array();
	case 7:
		return json_object();
	default:
		return json_true();
	}
}


/* each value in turn is missing, or of another kind: it is refused, or it is
 * a call that can be saved; and none of it stays behind */
START_TEST(whatever_is_broken_is_a_call_or_none)
{
	json_t *val = instead(_i);
	unsigned refused = 0, taken = 0;

	for (unsigned nth = 0; nth < MUTATIONS; nth++) {
		json_t *o = json_loads(full, 0, NULL), *again;
		struct call *call = NULL;
		unsigned n = nth;

		if (!spoil_nth(o, &n, val)) {
			json_decref(o);
			break;
		}

		if (restore(&call, o, WALL_MS)) {
			++refused;
			ck_assert_uint_eq(calls_count(calls), 0);
		}
		else {
			++taken;
			again = save(call, WALL_MS);
			json_decref(again);
			call_end(call, "test");
		}
		json_decref(o);
	}
	ck_assert_uint_gt(refused, 5);
	ck_assert_uint_gt(taken, 5);
	json_decref(val);
}
END_TEST


Suite *suite_call_restore(void);
Suite *suite_call_restore(void)
{
	Suite *s = suite_create("call_restore");
	TCase *tc = tcase_create("call_restore");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, all_that_was_saved_is_there_again);
	tcase_add_test(tc, a_call_is_there_once);
	tcase_add_test(tc, there_are_no_more_than_there_may_be);
	tcase_add_test(tc, who_is_gone_is_nobody);
	tcase_add_loop_test(tc, time_went_on_or_did_not, 0, ARRAY_SIZE(timev));
	tcase_add_loop_test(tc, what_is_no_call_is_refused, 0,
			    ARRAY_SIZE(badv));
	tcase_add_loop_test(tc, whatever_is_broken_is_a_call_or_none, 0, 9);
	suite_add_tcase(s, tc);

	return s;
}
