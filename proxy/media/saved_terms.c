/**
 * @file saved_terms.c  What an SDP says of a stream, as text and back
 */
#include <errno.h>
#include "proxy/media/saved_terms.h"


static void put_codec(struct json_out *o, const struct relay_codec *c)
{
	json_out_object(o, NULL);
	json_out_number(o, "pt", c->pt);
	json_out_exact(o, "name", c->name);
	json_out_number(o, "clock", c->clock);
	json_out_number(o, "channels", c->channels);
	json_out_object_end(o);
}


/**
 * Write terms, unless there are none
 *
 * @param o Writer, in an object
 * @param t Terms, or NULL
 */
void saved_terms_put(struct json_out *o, const struct relay_terms *t)
{
	if (!t)
		return;

	json_out_object(o, "terms");
	json_out_flag(o, "mux", t->mux);
	json_out_flag(o, "sends", t->sends);
	json_out_flag(o, "hears", t->hears);
	json_out_array(o, "codecs");
	for (size_t i = 0; i < t->codecc; i++)
		put_codec(o, &t->codecv[i]);
	json_out_array_end(o);
	if (t->ice) {
		json_out_exact(o, "ufrag", t->ice->ufrag);
		json_out_exact(o, "pwd", t->ice->pwd);
	}
	json_out_object_end(o);
}


static int get_codec(struct relay_codec *c, const json_t *o)
{
	uint64_t pt, clock, channels;

	if (json_in_number(&pt, o, "pt", 127) ||
	    json_in_number(&clock, o, "clock", UINT32_MAX) ||
	    json_in_number(&channels, o, "channels", UINT8_MAX))
		return EBADMSG;

	c->pt = (uint8_t)pt;
	c->clock = (uint32_t)clock;
	c->channels = (uint8_t)channels;

	return json_in_words(c->name, sizeof(c->name), o, "name");
}


static int get_codecs(struct relay_terms *t, const json_t *a)
{
	int err = 0;

	if (json_array_size(a) > RELAY_CODECS_MAX)
		return EBADMSG;

	for (size_t i = 0; i < json_array_size(a) && !err; i++) {
		err = get_codec(&t->codecv[i], json_array_get(a, i));
		t->codecc = (uint8_t)(i + 1);
	}

	return err;
}


static int get_ice(struct relay_terms *t, const json_t *o)
{
	int err;

	if (!json_object_get(o, "ufrag"))
		return 0;

	t->ice = mem_zalloc(sizeof(*t->ice), NULL);
	if (!t->ice)
		return ENOMEM;

	err = json_in_words(t->ice->ufrag, sizeof(t->ice->ufrag), o, "ufrag");
	if (!err)
		err = json_in_words(t->ice->pwd, sizeof(t->ice->pwd), o,
				    "pwd");

	return err;
}


/**
 * Read terms
 *
 * @param tp Pointer to the terms, NULL where there are none
 * @param o  Object that they are in
 *
 * @return 0 if success, EBADMSG if they are broken, otherwise errorcode
 */
int saved_terms_get(struct relay_terms **tp, const json_t *o)
{
	const json_t *terms = json_object_get(o, "terms");
	struct relay_terms *t;
	int err;

	*tp = NULL;
	if (!terms)
		return 0;

	err = relay_terms_alloc(&t);
	if (err)
		return err;

	t->mux = json_in_bool(terms, "mux");
	t->sends = json_in_bool(terms, "sends");
	t->hears = json_in_bool(terms, "hears");
	err = get_codecs(t, json_object_get(terms, "codecs"));
	if (!err)
		err = get_ice(t, terms);
	if (err)
		mem_deref(t);
	else
		*tp = relay_terms_fit(t);

	return err;
}
