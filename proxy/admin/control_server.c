/**
 * @file control_server.c  What the control changes of the server as a whole
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "common/log.h"
#include "proxy/admin/control_server.h"
#include "proxy/media/relay_client.h"
#include "relay/relay.h"

enum { DEADLINE_MAX = 86400, DEADLINE_DIGITS = 5 };


static void put(json_t *obj, const char *key, const char *text)
{
	(void)json_object_set_new(obj, key, json_string(text));
}


static void put_number(json_t *obj, const char *key, uint64_t n)
{
	(void)json_object_set_new(obj, key, json_integer((json_int_t)n));
}


/**
 * Write down how far a server is that takes no new calls
 *
 * @param answer JSON object
 * @param v      What was seen of it
 */
void control_server_put_drain(json_t *answer, const struct drain_view *v)
{
	const bool stops = v->phase != DEPARTURE_NONE;

	(void)json_object_set_new(answer, "draining", json_boolean(v->on));
	put_number(answer, "calls", v->calls);
	(void)json_object_set_new(answer, "stopping", json_boolean(stops));
	if (stops)
		put_number(answer, "left_s", v->left_s);
}


static int fail(json_t *answer, int err, const char *why)
{
	put(answer, "error", why);

	return err;
}


/* without a level it says which one it is */
static int log_handler(json_t *answer, const json_t *question, void *arg)
{
	const json_t *want = json_object_get(question, "level");
	const struct proxy *px = arg;
	struct log *log = px->p.log;
	enum log_level lvl;
	struct pl pl;

	if (want) {
		pl_set_str(&pl, json_is_string(want) ? json_string_value(want)
						     : "");
		if (log_level_decode(&lvl, &pl))
			return fail(answer, EINVAL,
				    "the level is debug, info, warn or error");

		log_set_level(log, lvl);
		log_info(log, "server.log",
			 KV_STR("level", log_level_name(lvl)));
	}
	put(answer, "level", log_level_name(log_level(log)));

	return 0;
}


/* true, "on"; nothing is on as well */
static int read_on(bool *on, const json_t *question)
{
	const json_t *v = json_object_get(question, "on");
	const char *text = json_string_value(v);

	if (!v || json_is_true(v) || (text && !strcmp(text, "on")))
		*on = true;
	else if (json_is_false(v) || (text && !strcmp(text, "off")))
		*on = false;
	else
		return EINVAL;

	return 0;
}


/* a number, also as text; ENOENT: none is given */
static int read_deadline(uint32_t *s, const json_t *question)
{
	const json_t *v = json_object_get(question, "deadline");
	const char *text = json_string_value(v);
	uint64_t n = 0;

	if (!v)
		return ENOENT;
	if (text && (!*text || strspn(text, "0123456789") != strlen(text) ||
		     strlen(text) > DEADLINE_DIGITS))
		return EINVAL;
	if (text)
		n = strtoull(text, NULL, 10);
	else if (json_is_integer(v) && json_integer_value(v) >= 0)
		n = (uint64_t)json_integer_value(v);
	else
		return EINVAL;

	if (n > DEADLINE_MAX)
		return EINVAL;

	*s = (uint32_t)n;

	return 0;
}


static int leave(struct proxy *px, json_t *answer, const json_t *question)
{
	uint32_t deadline_s = px->p.cfg->drain.deadline;

	if (read_deadline(&deadline_s, question) == EINVAL)
		return fail(answer, EINVAL,
			    "the deadline is seconds, a day at most");
	if (drain_leave(px, deadline_s, false))
		return fail(answer, EBUSY, "the server ends already");

	return 0;
}


static int stay(struct proxy *px, json_t *answer)
{
	switch (drain_cancel(px)) {
	case 0:
		return 0;
	case EACCES:
		return fail(answer, EBUSY,
			    "a signal has told the server to end");
	default:
		return fail(answer, EBUSY, "calls are being ended already");
	}
}


static int drain_handler(json_t *answer, const json_t *question, void *arg)
{
	const bool stop = json_is_true(json_object_get(question, "stop"));
	struct proxy *px = arg;
	struct drain_view v;
	int err = 0;
	bool on;

	if (read_on(&on, question))
		return fail(answer, EINVAL, "on or off?");
	if (!stop && json_object_get(question, "deadline"))
		return fail(answer, EINVAL, "a deadline is for what stops");
	if (stop && !on)
		return fail(answer, EINVAL, "off or stop?");

	if (stop)
		err = leave(px, answer, question);
	else if (on)
		drain_set(px, true);
	else
		err = stay(px, answer);
	if (err)
		return err;

	drain_look(&v, px);
	control_server_put_drain(answer, &v);

	return 0;
}


static json_t *internal(const struct relay *relay)
{
	json_t *obj = json_object();

	put(obj, "relay", "internal");
	put(obj, "state", relay_ports_free(relay) ? "up" : "full");
	put_number(obj, "sessions", relay_sessions(relay));
	put_number(obj, "ports_free", relay_ports_free(relay));

	return obj;
}


static json_t *external(const struct config_addr *addr, uint64_t rests_ms)
{
	json_t *obj = json_object();
	char text[80];

	(void)re_snprintf(text, sizeof(text), "sip:%J%s", &addr->sa,
			  addr->proto == CONFIG_TCP ? ";transport=tcp" : "");
	put(obj, "relay", text);
	put(obj, "state", rests_ms ? "rests" : "up");
	if (rests_ms)
		put_number(obj, "rests_ms", rests_ms);

	return obj;
}


static int relays_handler(json_t *answer, const json_t *question, void *arg)
{
	const struct proxy *px = arg;
	const struct config_addr *addr;
	json_t *relays = json_array();
	uint64_t rests_ms;
	(void)question;

	if (px->p.relay)
		(void)json_array_append_new(relays, internal(px->p.relay));
	for (size_t i = 0;
	     (addr = relay_client_server(&rests_ms, px->p.maker, i)) != NULL;
	     i++)
		(void)json_array_append_new(relays, external(addr, rests_ms));

	put(answer, "mode",
	    px->p.cfg->relay.external ? "external" : "internal");

	return json_object_set_new(answer, "relays", relays) ? ENOMEM : 0;
}


/**
 * Let the control work on the server as a whole
 *
 * @param c  Control
 * @param px Proxy, outlives it
 *
 * @return 0 if success, otherwise errorcode
 */
int control_server_add(struct control *c, struct proxy *px)
{
	int err;

	if (!px)
		return EINVAL;

	err = control_command(c, "log", log_handler, px);
	if (!err)
		err = control_command(c, "drain", drain_handler, px);
	if (!err)
		err = control_command(c, "relays", relays_handler, px);

	return err;
}
