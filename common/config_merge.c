/**
 * @file config_merge.c  Another file for a running server
 *
 * What a reload takes comes from the new file, what needs a restart stays as
 * it is. Both are decoded once more, together, from their own words: so what
 * has to fit together is checked for what will be in force.
 */
#include <errno.h>
#include <string.h>
#include "common/config_draft.h"
#include "common/config_given.h"

enum { NAME_SIZE = 2 * CONFIG_NAME_MAX + 8 };


/* the values of one list that a reload takes, or those that it does not */
static void feed(struct config_draft *d, const struct list *l,
		 enum config_reload reload)
{
	const struct config_given *before = NULL;
	struct le *le;

	LIST_FOREACH(l, le)
	{
		const struct config_given *g = le->data;
		const bool anew = !before || before->key != g->key ||
				  strcmp(before->title, g->title) != 0;

		if (g->key->reload != reload)
			continue;

		if (!config_section_begin(d, g->key->section, g->title,
					  g->line))
			config_key_decode(d, g->key, g->line, g->text, anew);
		before = g;
	}
}


/* what was worked out at start stays so, but no file has said it: those
 * behind the last one that it has */
static void move_derived(struct config *conf, struct le *last)
{
	struct le *le = last ? last->next : list_head(&conf->givenl);

	while (le) {
		struct le *next = le->next;

		list_unlink(le);
		list_append(&conf->derivedl, le, le->data);
		le = next;
	}
}


/**
 * Make the configuration that a reload brings into force
 *
 * @param cp      Pointer to the new configuration, written only on success
 * @param running What is in force
 * @param next    What the file says now
 * @param errs    Buffer for a line for each fault
 *
 * @return 0 if success, EINVAL where they do not fit together
 */
int config_merge(struct config **cp, const struct config *running,
		 const struct config *next, struct mbuf *errs)
{
	struct config_draft *d = NULL;
	struct le *last;
	int err;

	if (!cp || !running || !next || !errs)
		return EINVAL;

	err = config_draft_alloc(&d, next->path ? next->path : "reload", errs);
	if (err)
		return err;

	feed(d, &next->givenl, CONFIG_LIVE);
	feed(d, &running->givenl, CONFIG_RESTART);
	last = list_tail(&d->conf->givenl);
	feed(d, &running->derivedl, CONFIG_RESTART);
	err = config_draft_finish(d);
	move_derived(d->conf, last);
	if (!err && next->path)
		err = str_dup(&d->conf->path, next->path);
	if (!err)
		*cp = mem_ref(d->conf);
	mem_deref(d);

	return err;
}


static const struct list *source(const struct config *conf,
				 const struct config_key *key)
{
	return config_given_next(&conf->givenl, NULL, key, "")
		       ? &conf->givenl
		       : &conf->derivedl;
}


static bool same(const struct config *a, const struct config *b,
		 const struct config_key *key)
{
	return config_given_equal(source(a, key), source(b, key), key, "");
}


/**
 * Does a section say the same in two configurations?
 *
 * @param a       One
 * @param b       The other
 * @param section Its name; one without a title
 *
 * @return True if each key has the same values
 */
bool config_same(const struct config *a, const struct config *b,
		 const char *section)
{
	const struct config_key *key;

	if (!a || !b || !section)
		return false;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		if (!strcmp(key->section, section) && !same(a, b, key))
			return false;
	}

	return true;
}


static bool section_same(const struct config *a, const struct config *b,
			 const char *section, const char *title)
{
	const struct config_key *key;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		if (!strcmp(key->section, section) &&
		    !config_given_equal(&a->givenl, &b->givenl, key, title))
			return false;
	}

	return true;
}


/* the titles of a; those that b has as well only where that counts */
static void tell_titles(const struct config *a, const struct config *b,
			bool common, config_change_h *h, void *arg)
{
	const char *section = "", *title = "";
	struct le *le;

	LIST_FOREACH(&a->givenl, le)
	{
		const struct config_given *g = le->data;
		char name[NAME_SIZE];

		if (!*g->title || (!strcmp(g->key->section, section) &&
				   !strcmp(g->title, title)))
			continue;

		section = g->key->section;
		title = g->title;
		if (config_given_has(&b->givenl, section, title) != common ||
		    section_same(a, b, section, title))
			continue;

		(void)re_snprintf(name, sizeof(name), "%s \"%s\"", section,
				  title);
		h(name, g->key->reload == CONFIG_RESTART, arg);
	}
}


/**
 * Tell what another file changes, key by key; peers and the like as a whole
 *
 * @param running What is in force
 * @param next    What the file says now
 * @param h       Handler
 * @param arg     Handler argument
 */
void config_changes(const struct config *running, const struct config *next,
		    config_change_h *h, void *arg)
{
	const struct config_key *key;

	if (!running || !next || !h)
		return;

	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		char name[NAME_SIZE];

		if (same(running, next, key))
			continue;

		(void)re_snprintf(name, sizeof(name), "%s%s%s", key->section,
				  *key->section ? "." : "", key->name);
		h(name, key->reload == CONFIG_RESTART, arg);
	}

	tell_titles(running, next, true, h, arg);
	tell_titles(running, next, false, h, arg);
	tell_titles(next, running, false, h, arg);
}


static void move(struct list *to, struct list *from)
{
	struct le *le;

	while ((le = list_head(from)) != NULL) {
		list_unlink(le);
		list_append(to, le, le->data);
	}
}


/**
 * Exchange all that two configurations hold; who points to one sees the
 * other's
 *
 * @param a One
 * @param b The other
 */
void config_swap(struct config *a, struct config *b)
{
	struct list listv[4];
	struct config tmp;

	for (size_t i = 0; i < ARRAY_SIZE(listv); i++)
		list_init(&listv[i]);
	move(&listv[0], &a->givenl);
	move(&listv[1], &a->derivedl);
	move(&listv[2], &b->givenl);
	move(&listv[3], &b->derivedl);

	tmp = *a;
	*a = *b;
	*b = tmp;

	move(&b->givenl, &listv[0]);
	move(&b->derivedl, &listv[1]);
	move(&a->givenl, &listv[2]);
	move(&a->derivedl, &listv[3]);
}
