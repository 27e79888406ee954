/**
 * @file control_setting.c  What the control says of the configuration
 *
 * Each key of the table, with what is in force. Keys of sections with titles
 * are described once; what stands in each such section comes after them.
 * What is secret is not told, only that it is there.
 */
#include <errno.h>
#include <string.h>
#include "common/config.h"
#include "common/config_given.h"
#include "common/config_table.h"
#include "common/json_out.h"
#include "proxy/admin/control.h"
#include "proxy/admin/control_setting.h"

static const char hidden[] = "***";


static json_t *text_of(const struct config_key *key, const char *text)
{
	if (config_table_is_secret(key))
		return json_string(hidden);

	return json_string(json_out_is_utf8(text) ? text : "?");
}


/* a text, or a list of them; NULL: nothing is there */
static json_t *values(const struct list *l, const struct config_key *key,
		      const char *title)
{
	const struct config_given *g = config_given_next(l, NULL, key, title);
	json_t *v;

	if (!g)
		return NULL;
	if (!key->list)
		return text_of(key, g->text);

	v = json_array();
	for (; g; g = config_given_next(l, g, key, title))
		(void)json_array_append_new(v, text_of(key, g->text));

	return v;
}


static json_t *in_force(const struct config *cfg, const struct config_key *key)
{
	json_t *v = values(&cfg->givenl, key, "");

	if (!v)
		v = values(&cfg->derivedl, key, "");
	if (!v && *key->value)
		v = json_string(key->value);

	return v ? v : json_null();
}


static json_t *setting(const struct config *cfg, const struct config_key *key)
{
	const bool set = config_given_next(&cfg->givenl, NULL, key, "");

	return json_pack("{s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:b, s:s}",
			 "section", key->section, "key", key->name, "value",
			 in_force(cfg, key), "default", key->value, "unit",
			 key->unit, "expected", key->expect, "doc", key->doc,
			 "set", set, "reload",
			 key->reload == CONFIG_LIVE ? "live" : "restart");
}


/* one more value of a section with a title */
static void add_value(json_t *keys, const struct config_given *g)
{
	json_t *v = json_object_get(keys, g->key->name);

	if (v && g->key->list)
		(void)json_array_append_new(v, text_of(g->key, g->text));
	else if (g->key->list)
		(void)json_object_set_new(
			keys, g->key->name,
			json_pack("[o]", text_of(g->key, g->text)));
	else
		(void)json_object_set_new(keys, g->key->name,
					  text_of(g->key, g->text));
}


/* in the order of the file: those of one section stand together */
static json_t *sections(const struct config *cfg)
{
	json_t *v = json_array(), *keys = NULL;
	const char *name = "", *title = "";
	struct le *le;

	LIST_FOREACH(&cfg->givenl, le)
	{
		const struct config_given *g = le->data;

		if (!*g->title)
			continue;

		if (strcmp(g->key->section, name) || strcmp(g->title, title)) {
			name = g->key->section;
			title = g->title;
			keys = json_object();
			(void)json_array_append_new(
				v,
				json_pack("{s:s, s:s, s:o}", "section", name,
					  "title", title, "keys", keys));
		}
		add_value(keys, g);
	}

	return v;
}


static int settings_handler(json_t *answer, const json_t *question, void *arg)
{
	const struct config *cfg = arg;
	const struct config_key *key;
	json_t *v = json_array();
	(void)question;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++)
		(void)json_array_append_new(v, setting(cfg, key));

	if (json_object_set_new(answer, "settings", v) ||
	    json_object_set_new(answer, "sections", sections(cfg)))
		return ENOMEM;

	return 0;
}


/**
 * Let the control answer for the configuration
 *
 * @param c   Control
 * @param cfg Configuration, outlives it
 *
 * @return 0 if success, otherwise errorcode
 */
int control_setting_add(struct control *c, const struct config *cfg)
{
	if (!cfg)
		return EINVAL;

	return control_command(c, "settings", settings_handler,
			       (void *)(uintptr_t)cfg);
}
