/**
 * @file call_json.c  What is known of a call, as JSON
 */
#include "common/json.h"
#include <errno.h>
#include <string.h>
#include <time.h>
#include "common/ink.h"
#include "common/json_out.h"
#include "proxy/admin/call_json.h"
#include "proxy/admin/media_json.h"
#include "proxy/admin/quality_json.h"

enum { TEXT_SIZE = 2048 }; /* most are shorter */


static void put_known(struct json_out *o, const char *key, uint64_t n)
{
	if (n)
		json_out_number(o, key, n);
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
	struct ink k;

	buf[0] = '\0';
	if (!gmtime_r(&s, &tm))
		return;

	ink_init(&k, buf, CALL_JSON_TIME_SIZE);
	ink_digits(&k, (uint64_t)tm.tm_year + 1900, 4);
	ink_text(&k, "-");
	ink_digits(&k, (uint64_t)tm.tm_mon + 1, 2);
	ink_text(&k, "-");
	ink_digits(&k, (uint64_t)tm.tm_mday, 2);
	ink_text(&k, "T");
	ink_digits(&k, (uint64_t)tm.tm_hour, 2);
	ink_text(&k, ":");
	ink_digits(&k, (uint64_t)tm.tm_min, 2);
	ink_text(&k, ":");
	ink_digits(&k, (uint64_t)tm.tm_sec, 2);
	ink_text(&k, ".");
	ink_digits(&k, ms % 1000, 3);
	ink_text(&k, "Z");
	(void)ink_end(&k);
}


static void put_time(struct json_out *o, const char *key, uint64_t ms)
{
	char buf[CALL_JSON_TIME_SIZE];

	if (!ms)
		return;

	call_json_time(buf, ms);
	json_out_text(o, key, buf);
}


/**
 * Write a call's number
 *
 * @param buf Buffer
 * @param id  Number
 */
void call_json_id(char buf[CALL_JSON_ID_SIZE], uint64_t id)
{
	struct ink k;

	ink_init(&k, buf, CALL_JSON_ID_SIZE);
	ink_hex(&k, id, 16);
	(void)ink_end(&k);
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


/* for people, and for machines */
static void put_times(struct json_out *o, const struct call_report *r)
{
	put_time(o, "started", r->started_ms);
	put_time(o, "answered", r->answered_ms);
	put_time(o, "ended", r->ended_ms);
	put_known(o, "started_ms", r->started_ms);
	put_known(o, "answered_ms", r->answered_ms);
	put_known(o, "ended_ms", r->ended_ms);
}


static void put_id(struct json_out *o, const struct call_report *r)
{
	char buf[CALL_JSON_ID_SIZE];

	call_json_id(buf, r->id);
	json_out_text(o, "id", buf);
	json_out_text(o, "call_id", r->callid);
	json_out_text(o, "state", call_phase_name(r->phase));
}


static void put_origin(struct json_out *o, const struct call_origin *origin)
{
	if (!origin)
		return;

	json_out_text(o, "from", origin->from);
	json_out_text(o, "to", origin->to);
	json_out_text(o, "uri", origin->uri);
	json_out_text(o, "diverted", origin->diverted);
}


static void put_side(struct json_out *o, const char *key,
		     const struct call_report_side *side)
{
	json_out_object(o, key);
	json_out_text(o, "account", side->account);
	json_out_text(o, "peer", side->peer);
	json_out_sa(o, "address", &side->signalling);
	json_out_text(o, "transport", side->proto);
	json_out_text(o, "agent", side->agent);
	json_out_object_end(o);
}


static void put_streams(struct json_out *o, const struct call_report *r)
{
	json_out_array(o, "streams");
	for (size_t i = 0; i < r->streamc; i++) {
		const struct call_report_stream *s = &r->streamv[i];

		json_out_object(o, NULL);
		json_out_number(o, "number", s->number);
		json_out_text(o, "kind", s->kind);
		media_json(o, "a", &s->sidev[0]);
		media_json(o, "b", &s->sidev[1]);
		json_out_object_end(o);
	}
	json_out_array_end(o);
}


static void put_end(struct json_out *o, const struct call_report *r)
{
	if (r->phase != CALL_OVER)
		return;

	json_out_text(o, "ended_by", call_ender_name(r->by));
	json_out_text(o, "why", r->why);
	put_known(o, "status", r->scode);
	json_out_text(o, "phrase", r->phrase);
	json_out_text(o, "cause", r->cause);
}


static void put_verdict(struct json_out *o, const struct call_report *r)
{
	json_out_text(o, "media", r->mode);
	if (r->mode[0])
		json_out_text(o, "reason", r->verdict);
}


static void put_call(struct json_out *o, const struct call_report *r)
{
	json_out_object(o, NULL);
	put_id(o, r);
	put_origin(o, r->origin);
	json_out_text(o, "sent_to", r->uri);
	put_side(o, "a", &r->sidev[0]);
	put_side(o, "b", &r->sidev[1]);
	put_times(o, r);
	json_out_number(o, "talked_ms", r->talked_ms);
	put_end(o, r);
	put_verdict(o, r);
	json_out_text(o, "why_media", r->reason);
	json_out_text(o, "recording", r->file);
	if (r->streamc)
		put_streams(o, r);
	quality_json_oneway(o, "warnings", r);
	json_out_object_end(o);
}


/* of what comes from a side, over all its streams */
static void put_brief(struct json_out *o, const char *key,
		      const struct call_report *r, size_t side)
{
	uint64_t expected = 0, lost = 0, packets = 0;
	uint32_t mos = 0;

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

	json_out_object(o, key);
	json_out_number(o, "packets", packets);
	if (expected)
		json_out_hundredths(o, "loss", lost * 10000 / expected);
	if (mos)
		json_out_hundredths(o, "mos", mos);
	json_out_object_end(o);
}


static void put_row(struct json_out *o, const struct call_report *r)
{
	json_out_object(o, NULL);
	put_id(o, r);
	put_origin(o, r->origin);
	put_time(o, "since", r->answered_ms ? r->answered_ms : r->started_ms);
	json_out_number(o, "talked_ms", r->talked_ms);
	put_verdict(o, r);
	put_brief(o, "a", r, 0);
	put_brief(o, "b", r, 1);
	json_out_object_end(o);
}


static int write_with(struct mbuf **mbp, const struct call_report *r,
		      void (*puth)(struct json_out *,
				   const struct call_report *))
{
	struct mbuf *mb = mbuf_alloc(TEXT_SIZE);
	struct json_out o;

	if (!mb)
		return ENOMEM;

	json_out_init(&o, mb);
	puth(&o, r);
	if (o.err) {
		mem_deref(mb);
		return o.err;
	}

	mb->pos = 0;
	*mbp = mb;

	return 0;
}


/* read again: for an operator's question, not for each call */
static json_t *tree_of(const struct call_report *r,
		       void (*puth)(struct json_out *,
				    const struct call_report *))
{
	struct mbuf *mb = NULL;
	json_t *obj;

	if (!r || write_with(&mb, r, puth))
		return NULL;

	obj = json_loadb((const char *)mb->buf, mb->end, 0, NULL);
	mem_deref(mb);

	return obj;
}


/**
 * All that is known of a call, as text
 *
 * @param mbp Pointer to the allocated text, pos 0
 * @param r   Report
 *
 * @return 0 if success, otherwise errorcode
 */
int call_json_text(struct mbuf **mbp, const struct call_report *r)
{
	return mbp && r ? write_with(mbp, r, put_call) : EINVAL;
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
	return tree_of(r, put_call);
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
	return tree_of(r, put_row);
}
