/**
 * @file control_server.c  What the control changes of the server as a whole
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/admin/control_server.h"
#include "proxy/core/drain.h"
#include "proxy/media/relay_client.h"
#include "relay/relay.h"


static void put(json_t *obj, const char *key, const char *text)
{
	(void)json_object_set_new(obj, key, json_string(text));
}


static void put_number(json_t *obj, const char *key, uint64_t n)
{
	(void)json_object_set_new(obj, key, json_integer((json_int_t)n));
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


static int drain_handler(json_t *answer, const json_t *question, void *arg)
{
	struct proxy *px = arg;
	bool on;

	if (read_on(&on, question))
		return fail(answer, EINVAL, "on or off?");

	drain_set(px, on);
	(void)json_object_set_new(answer, "draining", json_boolean(on));
	put_number(answer, "calls", calls_count(px->p.calls));

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
