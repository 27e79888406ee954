/**
 * @file web_wish.c  What a body wants of an account, pure
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "common/config_draft.h"
#include "proxy/admin/http/web_wish.h"
#include "proxy/user/account_alias.h"
#include "proxy/user/account_name.h"


static int complain(struct web_wish *w, const char *what, const char *why)
{
	(void)snprintf(w->why, sizeof(w->why), "%.64s %s", what, why);

	return EINVAL;
}


static int add_alias(struct web_wish *w, const struct config *cfg,
		     const char *aor, const json_t *value)
{
	const char *text = json_string_value(value);
	struct account_change *ch = &w->v[w->n];
	int err;

	if (!text)
		return complain(w, "aliases", "takes an array of texts");
	if (w->n >= WEB_WISH_MAX)
		return complain(w, "aliases", "has too many");

	ch->kind = ACCOUNT_ALIAS_ADD;
	err = account_alias_make(ch->alias, cfg, text, aor);
	if (err)
		return complain(w, text,
				err == ENOENT ? "is not at a domain of ours"
					      : "is neither a user name nor a "
						"number");
	++w->n;

	return 0;
}


static int read_aliases(struct web_wish *w, const struct config *cfg,
			const char *aor, const json_t *value)
{
	size_t i;
	json_t *item;
	int err = 0;

	if (!json_is_array(value) ||
	    json_array_size(value) > ACCOUNT_ALIAS_MAX)
		return complain(w, "aliases",
				"takes an array of up to 32 texts");

	w->v[w->n++].kind = ACCOUNT_ALIAS_CLEAR;
	json_array_foreach(value, i, item)
	{
		err = add_alias(w, cfg, aor, item);
		if (err)
			return err;
	}

	return 0;
}


/* as an operator would write it; NULL: that it cannot be */
static const char *text_of(struct web_wish *w, enum account_setting i,
			   const json_t *value)
{
	const bool flag = i == SETTING_DISABLED || i == SETTING_RECORD;

	if (json_is_null(value))
		return "";
	if (flag)
		return !json_is_boolean(value) ? NULL
		       : json_is_true(value)   ? "yes"
					       : "no";
	if (!account_setting_is_number(i))
		return json_string_value(value);
	if (!json_is_integer(value))
		return NULL;

	(void)snprintf(w->numberv[i], sizeof(w->numberv[i]), "%lld",
		       (long long)json_integer_value(value));

	return w->numberv[i];
}


static int unknown(struct web_wish *w, const char *name)
{
	const char *wordv[SETTING_MAX + 3] = {"password", "aliases"}, *near;
	char why[128];

	for (int i = 0; i < SETTING_MAX; i++)
		wordv[i + 2] = account_setting_name((enum account_setting)i);
	near = config_suggest(name, wordv);
	(void)snprintf(why, sizeof(why), "is no setting%s%s%s",
		       near ? ", is " : "", near ? near : "",
		       near ? " meant?" : "");

	return complain(w, name, why);
}


static int read_setting(struct web_wish *w, const char *name,
			const json_t *value)
{
	struct account_settings set = {0};
	enum account_setting i;
	const char *text;
	struct pl pl;

	pl_set_str(&pl, name);
	if (account_setting_find(&i, &pl))
		return unknown(w, name);

	text = text_of(w, i, value);
	if (!text || account_setting_decode(&set, i, text)) {
		char why[128];

		(void)snprintf(why, sizeof(why), "takes %s",
			       account_setting_takes(i));
		return complain(w, name, why);
	}

	w->v[w->n].kind = ACCOUNT_SETTING;
	w->v[w->n].setting = i;
	w->v[w->n++].value = text;

	return 0;
}


static int read_member(struct web_wish *w, const struct config *cfg,
		       const char *aor, const char *name, const json_t *value)
{
	const char *why;

	if (!strcmp(name, "aor"))
		return 0; /* the path says it */
	if (!strcmp(name, "aliases"))
		return read_aliases(w, cfg, aor, value);
	if (strcmp(name, "password"))
		return read_setting(w, name, value);

	w->password = json_string_value(value);
	why = account_name_password(w->password);

	return why ? complain(w, "the password", why) : 0;
}


/**
 * Read what is wanted of an account
 *
 * @param w    Result, zeroed
 * @param cfg  Configuration with our domains
 * @param aor  The account
 * @param body Object of its settings, "aliases" and "password"
 *
 * @return 0 if success, EINVAL: w->why says why not
 */
int web_wish_read(struct web_wish *w, const struct config *cfg,
		  const char *aor, json_t *body)
{
	const char *name;
	json_t *value;
	int err = 0;

	json_object_foreach(body, name, value)
	{
		err = read_member(w, cfg, aor, name, value);
		if (err)
			break;
	}

	return err;
}
