/**
 * @file registration_json.c  What is told of a registration, as JSON
 */
#include <string.h>
#include "proxy/admin/registration_json.h"

enum { SOURCE_SIZE = 64, REASON_SIZE = 256 };


static void put_nat(struct json_out *o, const struct binding *b)
{
	char text[REASON_SIZE] = "";

	(void)re_snprintf(text, sizeof(text), "%H", nat_print, &b->verdict);
	json_out_object(o, "nat");
	json_out_text(o, "verdict", nat_media_name(b->verdict.media));
	json_out_text(o, "reason", nat_reason_name(b->verdict.reason));
	json_out_text(o, "text", text);
	json_out_object_end(o);
}


/* how its NAT's mapping is kept open, and what was found out about it */
static void put_keepalive(struct json_out *o, struct binding *b,
			  const struct keepalive *k)
{
	struct keepalive_view v;

	if (keepalive_view(k, b, &v)) {
		json_out_number(o, "keepalive_s", 0);
		if (b->mapping_s)
			json_out_number(o, "mapping_s", b->mapping_s);
		return;
	}

	json_out_number(o, "keepalive_s", v.interval_s);
	json_out_number(o, "unanswered", v.unanswered);
	if (v.lived_s)
		json_out_number(o, "mapping_s", v.lived_s);
	if (v.died_s)
		json_out_number(o, "mapping_died_s", v.died_s);
}


/**
 * Write a registration as JSON
 *
 * @param o   Where to, in an array
 * @param b   Binding
 * @param k   What keeps it alive, or NULL
 * @param now Time in ms
 */
void registration_json(struct json_out *o, struct binding *b,
		       const struct keepalive *k, uint64_t now)
{
	const uint64_t left = b->expires_at > now ? b->expires_at - now : 0;

	json_out_object(o, NULL);
	json_out_text(o, "aor", b->aor);
	json_out_text(o, "contact", b->contact);
	json_out_sa(o, "source", &b->source);
	json_out_text(o, "protocol", flow_proto_name(b->proto));
	json_out_number(o, "expires_s", left / 1000);
	json_out_number(o, "registered_ms", (uint64_t)b->registered_at);
	json_out_hundredths(o, "q", b->q / 10);
	json_out_bool(o, "reachable", b->path || binding_flow(b));
	json_out_text(o, "user_agent", b->user_agent);
	json_out_text(o, "path", b->path);
	json_out_text(o, "instance", b->instance);
	if (b->reg_id)
		json_out_number(o, "reg_id", b->reg_id);
	put_nat(o, b);
	put_keepalive(o, b, k);
	json_out_object_end(o);
}


/**
 * Is a registration one that somebody searches for?
 *
 * @param b    Binding
 * @param text Part of its address, Contact, User-Agent or source
 *
 * @return true if it is
 */
bool registration_has(const struct binding *b, const char *text)
{
	char source[SOURCE_SIZE] = "";

	(void)re_snprintf(source, sizeof(source), "%J", &b->source);

	return strcasestr(b->aor, text) || strcasestr(b->contact, text) ||
	       (b->user_agent && strcasestr(b->user_agent, text)) ||
	       strstr(source, text);
}
