/**
 * @file call_json.c  What is known of a call, as JSON
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include <time.h>
#include "proxy/admin/call_json.h"
#include "proxy/admin/quality_json.h"


/* what is no UTF-8 came from the network, and must not spoil the rest */
static json_t *string_of(const char *s)
{
	json_t *str = json_string(s);
	char buf[CALL_TEXT_MAX + 1];

	if (str)
		return str;

	(void)str_ncpy(buf, s, sizeof(buf));
	for (char *p = buf; *p; p++) {
		if ((unsigned char)*p > '~')
			*p = '?';
	}

	return json_string(buf);
}


static void put(json_t *obj, const char *key, const char *text)
{
	if (text && *text)
		(void)json_object_set_new(obj, key, string_of(text));
}


static void put_number(json_t *obj, const char *key, uint64_t n)
{
	(void)json_object_set_new(obj, key, json_integer((json_int_t)n));
}


static void put_known(json_t *obj, const char *key, uint64_t n)
{
	if (n)
		put_number(obj, key, n);
}


static void put_sa(json_t *obj, const char *key, const struct sa *sa)
{
	char buf[64];

	if (sa_isset(sa, SA_ADDR) &&
	    re_snprintf(buf, sizeof(buf), "%J", sa) > 0)
		put(obj, key, buf);
}


/**
 * Write a moment
 *
 * @param buf Buffer
 * @param ms  Milliseconds since 1970
 */
void call_json_time(char buf[CALL_JSON_TIME_SIZE], uint64_t ms)
{
	const time_t s = (time_t)(ms / 1000);
	struct tm tm;

	buf[0] = '\0';
	if (gmtime_r(&s, &tm))
		(void)re_snprintf(buf, CALL_JSON_TIME_SIZE,
				  "%04d-%02d-%02dT%02d:%02d:%02d.%03uZ",
				  tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
				  tm.tm_hour, tm.tm_min, tm.tm_sec,
				  (unsigned)(ms % 1000));
}


static void put_time(json_t *obj, const char *key, uint64_t ms)
{
	char buf[CALL_JSON_TIME_SIZE];

	if (!ms)
		return;

	call_json_time(buf, ms);
	put(obj, key, buf);
}


/**
 * Write a call's number
 *
 * @param buf Buffer
 * @param id  Number
 */
void call_json_id(char buf[CALL_JSON_ID_SIZE], uint64_t id)
{
	(void)re_snprintf(buf, CALL_JSON_ID_SIZE, "%016llx",
			  (unsigned long long)id);
}


/**
 * Read a call's number
 *
 * @param id   Number
 * @param text Text
 *
 * @return 0 if success, EINVAL if it is none
 */
int call_json_id_decode(uint64_t *id, const char *text)
{
	uint64_t n = 0;
	struct pl pl;

	if (!id || !text || strlen(text) != 16 ||
	    strspn(text, "0123456789abcdef") != 16)
		return EINVAL;

	pl_set_str(&pl, text);
	n = pl_x64(&pl);
	*id = n;

	return 0;
}


static void put_id(json_t *obj, const struct call_report *r)
{
	char buf[CALL_JSON_ID_SIZE];

	call_json_id(buf, r->id);
	put(obj, "id", buf);
	put(obj, "call_id", r->callid);
	put(obj, "state", call_phase_name(r->phase));
}


static void put_origin(json_t *obj, const struct call_origin *o)
{
	if (!o)
		return;

	put(obj, "from", o->from);
	put(obj, "to", o->to);
	put(obj, "uri", o->uri);
	put(obj, "diverted", o->diverted);
}


static json_t *side_of(const struct call_report_side *side)
{
	json_t *obj = json_object();

	put(obj, "account", side->account);
	put(obj, "peer", side->peer);
	put_sa(obj, "address", &side->signalling);
	put(obj, "transport", side->proto);

	return obj;
}


static json_t *strangers_of(const struct relay_stats *st)
{
	json_t *array = json_array();

	for (size_t i = 0; i < st->foreignc && i < RELAY_FOREIGN_MAX; i++) {
		json_t *obj = json_object();

		put_sa(obj, "source", &st->foreignv[i].src);
		put_number(obj, "packets", st->foreignv[i].packets);
		(void)json_array_append_new(array, obj);
	}

	return array;
}


/* by what its packets move, and why not by the kernel, where that does it */
static void put_rung(json_t *obj, const struct relay_stats *st)
{
	static const char *const namev[] = {
		[RELAY_SOCKETS] = "sockets",
		[RELAY_LOOKUP] = "sk_lookup",
		[RELAY_KERNEL] = "kernel",
	};

	if ((unsigned)st->rung < ARRAY_SIZE(namev))
		put(obj, "rung", namev[st->rung]);
	put(obj, "no_kernel", st->no_kernel);
}


static json_t *media_of(const struct call_report_media *m)
{
	const struct relay_stats *st = &m->stats;
	json_t *obj = json_object(), *quality;

	put_sa(obj, "sdp", &m->sdp);
	put_sa(obj, "ours", &m->ours);
	if (!m->counted)
		return obj;

	put_sa(obj, "latched", &st->latched[RELAY_RTP]);
	put_sa(obj, "latched_rtcp", &st->latched[RELAY_RTCP]);
	put_number(obj, "rx_packets", st->rx_packets);
	put_number(obj, "rx_octets", st->rx_octets);
	put_number(obj, "tx_packets", st->tx_packets);
	put_number(obj, "tx_octets", st->tx_octets);
	put_number(obj, "lost", st->lost);
	put_number(obj, "refused", st->refused);
	put_number(obj, "invalid", st->invalid);
	put_number(obj, "unsent", st->unsent);
	put_rung(obj, st);
	if (st->foreignc)
		(void)json_object_set_new(obj, "strangers", strangers_of(st));
	else
		put_sa(obj, "refused_source", &st->refused_src);

	quality = quality_json(&st->quality);
	if (quality)
		(void)json_object_set_new(obj, "quality", quality);

	return obj;
}


static json_t *streams_of(const struct call_report *r)
{
	json_t *array = json_array();

	for (size_t i = 0; i < r->streamc; i++) {
		const struct call_report_stream *s = &r->streamv[i];
		json_t *obj = json_object();

		put_number(obj, "number", s->number);
		put(obj, "kind", s->kind);
		(void)json_object_set_new(obj, "a", media_of(&s->sidev[0]));
		(void)json_object_set_new(obj, "b", media_of(&s->sidev[1]));
		(void)json_array_append_new(array, obj);
	}

	return array;
}


static void put_end(json_t *obj, const struct call_report *r)
{
	if (r->phase != CALL_OVER)
		return;

	put(obj, "ended_by", call_ender_name(r->by));
	put(obj, "why", r->why);
	put_known(obj, "status", r->scode);
	put(obj, "cause", r->cause);
}


static void put_verdict(json_t *obj, const struct call_report *r)
{
	put(obj, "media", r->mode);
	if (r->mode[0])
		put(obj, "reason", r->verdict);
}


/**
 * All that is known of a call
 *
 * @param r Report
 *
 * @return Object, NULL: no memory
 */
json_t *call_json(const struct call_report *r)
{
	json_t *obj = r ? json_object() : NULL, *oneway;

	if (!obj)
		return NULL;

	put_id(obj, r);
	put_origin(obj, r->origin);
	put(obj, "sent_to", r->uri);
	(void)json_object_set_new(obj, "a", side_of(&r->sidev[0]));
	(void)json_object_set_new(obj, "b", side_of(&r->sidev[1]));
	put_time(obj, "started", r->started_ms);
	put_time(obj, "answered", r->answered_ms);
	put_time(obj, "ended", r->ended_ms);
	put_number(obj, "talked_ms", r->talked_ms);
	put_end(obj, r);
	put_verdict(obj, r);
	put(obj, "why_media", r->reason);
	put(obj, "recording", r->file);
	if (r->streamc)
		(void)json_object_set_new(obj, "streams", streams_of(r));
	oneway = quality_json_oneway(r);
	if (oneway)
		(void)json_object_set_new(obj, "warnings", oneway);

	return obj;
}


/* of what comes from a side, over all its streams */
static json_t *brief_of(const struct call_report *r, size_t side)
{
	uint64_t expected = 0, lost = 0, packets = 0;
	uint32_t mos = 0;
	json_t *obj = json_object();

	for (size_t i = 0; i < r->streamc; i++) {
		const struct relay_stats *st =
			&r->streamv[i].sidev[side].stats;
		const struct relay_quality *q = &st->quality;

		packets += st->rx_packets;
		expected += q->expected ? q->expected
					: st->rx_packets + st->lost;
		lost += q->expected ? q->lost : st->lost;
		if (q->mos && (!mos || q->mos < mos))
			mos = q->mos;
	}

	put_number(obj, "packets", packets);
	if (expected) {
		const uint64_t hundredths = lost * 10000 / expected;

		(void)json_object_set_new(obj, "loss",
					  json_real((double)hundredths / 100));
	}
	if (mos)
		(void)json_object_set_new(obj, "mos", json_real(mos / 100.0));

	return obj;
}


/**
 * What stands of a call in a table
 *
 * @param r Report
 *
 * @return Object, NULL: no memory
 */
json_t *call_json_row(const struct call_report *r)
{
	json_t *obj = r ? json_object() : NULL;
	uint64_t since;

	if (!obj)
		return NULL;

	since = r->answered_ms ? r->answered_ms : r->started_ms;
	put_id(obj, r);
	put_origin(obj, r->origin);
	put_time(obj, "since", since);
	put_number(obj, "talked_ms", r->talked_ms);
	put_verdict(obj, r);
	(void)json_object_set_new(obj, "a", brief_of(r, 0));
	(void)json_object_set_new(obj, "b", brief_of(r, 1));

	return obj;
}
