/**
 * @file control_ban.c  What the control says of banned sources
 */
#include <errno.h>
#include <string.h>
#include "common/addr.h"
#include "proxy/admin/control_ban.h"
#include "proxy/sip/gate.h"


/** Where the bans go to */
struct listing {
	const struct gate *gate;
	json_t *bans;
};


static void ban_handler(const struct ban *ban, void *arg)
{
	struct listing *l = arg;
	json_t *obj = json_object();
	char source[64];

	/* of IPv6 it is the network that all its addresses share */
	(void)re_snprintf(source, sizeof(source),
			  sa_af(&ban->source) == AF_INET6 ? "%j/64" : "%j",
			  &ban->source);
	(void)json_object_set_new(obj, "source", json_string(source));
	(void)json_object_set_new(obj, "why", json_string(ban->why));
	(void)json_object_set_new(obj, "seconds",
				  json_integer(gate_ban_left(l->gate, ban)));
	(void)json_object_set_new(obj, "time", json_integer(ban->strikes));
	(void)json_object_set_new(obj, "dropped",
				  json_integer((json_int_t)ban->dropped));
	(void)json_array_append_new(l->bans, obj);
}


static int bans_handler(json_t *answer, const json_t *question, void *arg)
{
	struct listing l = {.gate = arg, .bans = json_array()};
	(void)question;

	gate_bans(arg, ban_handler, &l);

	return json_object_set_new(answer, "bans", l.bans) ? ENOMEM : 0;
}


/* with "/64" as it is shown, or any address of that network */
static int decode_source(struct sa *sa, const char *text)
{
	const char *slash = text ? strchr(text, '/') : NULL;
	struct pl pl;

	if (!text || (slash && strcmp(slash, "/64")))
		return EINVAL;

	pl.p = text;
	pl.l = slash ? (size_t)(slash - text) : strlen(text);

	return addr_decode(sa, &pl, 0);
}


static int unban_handler(json_t *answer, const json_t *question, void *arg)
{
	struct sa sa;
	int err;

	if (decode_source(&sa, json_string_value(json_object_get(
				       question, "address")))) {
		(void)json_object_set_new(answer, "error",
					  json_string("not an address"));
		return EINVAL;
	}

	err = gate_unban(arg, &sa);
	if (err)
		(void)json_object_set_new(answer, "error",
					  json_string("it is not banned"));

	return err;
}


/**
 * Let the control answer for bans
 *
 * @param c    Control
 * @param gate Gate, outlives it
 *
 * @return 0 if success, otherwise errorcode
 */
int control_ban_add(struct control *c, struct gate *gate)
{
	int err;

	if (!gate)
		return EINVAL;

	err = control_command(c, "bans", bans_handler, gate);
	if (!err)
		err = control_command(c, "unban", unban_handler, gate);

	return err;
}
