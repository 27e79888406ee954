/**
 * @file config_given.c  What stands in the file, value by value
 */
#include <errno.h>
#include <string.h>
#include "common/config_given.h"
#include "common/config_table.h"


static void destructor(void *arg)
{
	struct config_given *g = arg;

	list_unlink(&g->le);
	if (g->text)
		explicit_bzero(g->text, strlen(g->text));
	mem_deref(g->text);
	mem_deref(g->title);
}


/**
 * Keep a value
 *
 * @param l     List that owns it
 * @param key   Key
 * @param title Title of its section, "" without
 * @param text  Value
 * @param line  Line of the file; 0: none
 *
 * @return 0 if success, otherwise errorcode
 */
int config_given_add(struct list *l, const struct config_key *key,
		     const char *title, const char *text, uint32_t line)
{
	struct config_given *g;
	int err;

	if (!l || !key || !title || !text)
		return EINVAL;

	g = mem_zalloc(sizeof(*g), destructor);
	if (!g)
		return ENOMEM;

	g->key = key;
	g->line = line;
	err = str_dup(&g->title, title);
	if (!err)
		err = str_dup(&g->text, text);
	if (err) {
		mem_deref(g);
		return err;
	}
	list_append(l, &g->le, g);

	return 0;
}


/**
 * The next value of a key
 *
 * @param l     List
 * @param at    The one before it, NULL for the first
 * @param key   Key
 * @param title Title of its section, "" without
 *
 * @return Value, NULL if there is none any more
 */
const struct config_given *config_given_next(const struct list *l,
					     const struct config_given *at,
					     const struct config_key *key,
					     const char *title)
{
	const struct le *le = at ? at->le.next : list_head(l);

	for (; le; le = le->next) {
		const struct config_given *g = le->data;

		if (g->key == key && !strcmp(g->title, title))
			return g;
	}

	return NULL;
}


/**
 * Is there anything of a section
 *
 * @param l       List
 * @param section Its name
 * @param title   Its title
 *
 * @return true if there is
 */
bool config_given_has(const struct list *l, const char *section,
		      const char *title)
{
	struct le *le;

	LIST_FOREACH(l, le)
	{
		const struct config_given *g = le->data;

		if (!strcmp(g->title, title) &&
		    !strcmp(g->key->section, section))
			return true;
	}

	return false;
}


/**
 * Has a key the same values in two files
 *
 * @param a     Values of one
 * @param b     Values of the other
 * @param key   Key
 * @param title Title of its section, "" without
 *
 * @return true if they are the same, in the same order
 */
bool config_given_equal(const struct list *a, const struct list *b,
			const struct config_key *key, const char *title)
{
	const struct config_given *x = NULL, *y = NULL;

	do {
		x = config_given_next(a, x, key, title);
		y = config_given_next(b, y, key, title);
		if (!x != !y || (x && strcmp(x->text, y->text)))
			return false;
	} while (x);

	return true;
}
