/**
 * @file config_announcement.c  Sounds: announcements and the test number
 *
 * The files are read when the configuration is checked, so that what is wrong
 * with them is told with the line that names them, before anything starts.
 */
#include <errno.h>
#include <string.h>
#include "common/config_draft.h"
#include "common/sound.h"

enum { REPLY_MIN = 400, REPLY_MAX = 699 };


/* all of them at once: there are few */
static int make_room(struct config_draft *d)
{
	struct config *conf = d->conf;

	if (!conf->announcementv)
		conf->announcementv = mem_zalloc(
			CONFIG_ANNOUNCEMENT_MAX * sizeof(*conf->announcementv),
			NULL);

	return conf->announcementv ? 0 : ENOMEM;
}


/**
 * Make the announcement of this name the one that keys belong to; add it if
 * new
 *
 * @param d    Draft
 * @param name Title of the section
 * @param line Line, of its first key or of its end
 *
 * @return 0 if success, otherwise errorcode
 */
int config_announcement_begin(struct config_draft *d, const char *name,
			      uint32_t line)
{
	struct config *conf = d->conf;

	if (d->announcement &&
	    !strncmp(d->announcement->name, name, CONFIG_NAME_MAX - 1))
		return 0;

	if (conf->announcementc >= CONFIG_ANNOUNCEMENT_MAX) {
		config_fault(d, line,
			     "too many announcements, expected at most %d",
			     CONFIG_ANNOUNCEMENT_MAX);
		return ENOSPC;
	}

	if (make_room(d)) {
		config_fault(d, line, "out of memory");
		return ENOMEM;
	}

	if (!config_name_isvalid(name))
		config_fault(d, line,
			     "announcement \"%.100s\": bad name, expected at "
			     "most %d letters, digits, \"-\", \"_\" and \".\"",
			     name, CONFIG_NAME_MAX - 1);

	d->announcement_linev[conf->announcementc] = line;
	d->announcement = &conf->announcementv[conf->announcementc++];
	(void)str_ncpy(d->announcement->name, name,
		       sizeof(d->announcement->name));
	config_key_forget(d, "announcement");

	return 0;
}


/**
 * What is heard
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_sound(struct config_draft *d, const struct config_key *key,
		       const char *value)
{
	struct sound *s = NULL;
	int err;
	(void)key;

	if (!*value || strlen(value) >= CONFIG_PATH_MAX)
		return ERANGE;

	err = sound_load(&s, value, d->whybuf, sizeof(d->whybuf));
	mem_deref(s);
	if (err) {
		d->why = d->whybuf;
		return err;
	}

	(void)str_ncpy(d->announcement->file, value, CONFIG_PATH_MAX);

	return 0;
}


/* what is no refusal but a question, or a word between two machines */
static int decode_status(uint32_t *status, const char *value)
{
	static const uint32_t notv[] = {401, 407, 422, 423, 482,
					483, 487, 491, 494};
	uint32_t n = 0;

	if (strlen(value) != 3 || strspn(value, "0123456789") != 3)
		return EINVAL;

	for (; *value; value++)
		n = 10 * n + (uint32_t)(*value - '0');
	if (n < REPLY_MIN || n > REPLY_MAX)
		return ERANGE;

	for (size_t i = 0; i < ARRAY_SIZE(notv); i++) {
		if (n == notv[i])
			return EINVAL;
	}

	*status = n;

	return 0;
}


/**
 * A status that it is heard before
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_reply(struct config_draft *d, const struct config_key *key,
		       const char *value)
{
	struct config_announcement *a = d->announcement;
	uint32_t status;
	int err;
	(void)key;

	err = decode_status(&status, value);
	if (err)
		return err;

	for (size_t i = 0; i < a->replyc; i++) {
		if (a->replyv[i] == status)
			return EEXIST;
	}
	if (a->replyc >= CONFIG_REPLY_MAX)
		return ENOSPC;

	a->replyv[a->replyc++] = (uint16_t)status;

	return 0;
}


/**
 * The status that the numbers of a route are refused with
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_refuse(struct config_draft *d, const struct config_key *key,
			const char *value)
{
	(void)key;

	return decode_status(&d->route->refuse, value);
}


/**
 * A name of the test number
 *
 * @param d     Draft
 * @param key   Key
 * @param value Value, "" for none at all
 *
 * @return 0 if success, otherwise errorcode
 */
int config_value_test(struct config_draft *d, const struct config_key *key,
		      const char *value)
{
	struct config *conf = d->conf;
	(void)key;

	conf->sounds.test_given = true;
	if (!*value)
		return 0;

	if (strlen(value) >= CONFIG_NAME_MAX)
		return ERANGE;
	if (strpbrk(value, " @:;<>\"/\\\t\r\n"))
		return EINVAL;

	for (size_t i = 0; i < conf->sounds.testc; i++) {
		if (!strcmp(conf->sounds.testv[i], value))
			return EEXIST;
	}
	if (conf->sounds.testc >= CONFIG_TEST_MAX)
		return ENOSPC;

	(void)str_ncpy(conf->sounds.testv[conf->sounds.testc++], value,
		       CONFIG_NAME_MAX);

	return 0;
}


static bool is_announcement(const struct config *conf, const char *name)
{
	for (size_t i = 0; i < conf->announcementc; i++) {
		if (!strcmp(conf->announcementv[i].name, name))
			return true;
	}

	return false;
}


static const char *suggest(const struct config *conf, const char *name)
{
	const char *wordv[CONFIG_ANNOUNCEMENT_MAX + 1];
	size_t n = 0;

	for (; n < conf->announcementc; n++)
		wordv[n] = conf->announcementv[n].name;
	wordv[n] = NULL;

	return config_suggest(name, wordv);
}


static void check_route(struct config_draft *d, size_t i)
{
	const struct config_route *r = &d->conf->routev[i];
	const char *near;

	if (!r->announcement[0])
		return;

	if (!r->refuse)
		config_fault(d, d->route_linev[i],
			     "route \"%s\" has an announcement, expected "
			     "refuse = STATUS with it",
			     r->name);

	if (is_announcement(d->conf, r->announcement))
		return;

	near = suggest(d->conf, r->announcement);
	config_fault(d, d->route_linev[i],
		     "route \"%s\" names \"%s\", expected the name of an "
		     "announcement%s%s%s",
		     r->name, r->announcement, near ? ", did you mean \"" : "",
		     near ? near : "", near ? "\"?" : "");
}


/* the announcement before it that has this status; NULL: none */
static const char *shadow_of(const struct config *conf, size_t i,
			     uint16_t status)
{
	for (size_t k = 0; k < i; k++) {
		const struct config_announcement *a = &conf->announcementv[k];

		for (size_t n = 0; n < a->replyc; n++) {
			if (a->replyv[n] == status)
				return a->name;
		}
	}

	return NULL;
}


static void check_announcement(struct config_draft *d, size_t i)
{
	const struct config_announcement *a = &d->conf->announcementv[i];
	const uint32_t line = d->announcement_linev[i];

	/* a bad one was told already */
	if (!a->file[0] && !d->faults)
		config_fault(d, line,
			     "announcement \"%s\" has no file, expected "
			     "file = \"FILE.wav\"",
			     a->name);

	for (size_t n = 0; n < a->replyc; n++) {
		const char *by = shadow_of(d->conf, i, a->replyv[n]);

		if (by)
			config_warn(d, line,
				    "announcement \"%s\" is never heard with "
				    "%u, \"%s\" is",
				    a->name, a->replyv[n], by);
	}
}


/* somebody must have the ports */
static void check_relay(struct config_draft *d)
{
	const struct config *conf = d->conf;

	if (!conf->relay.external || conf->relay.serve)
		return;

	if (conf->announcementc)
		config_fault(d, d->announcement_linev[0],
			     "announcements with an external relay, expected "
			     "mode = \"internal\" or serve = yes");
	if (conf->sounds.testc)
		config_fault(d, config_key_line(d, "sounds", "test"),
			     "a test number with an external relay, expected "
			     "mode = \"internal\" or serve = yes");
}


/**
 * Check announcements and the test number; the faults go into the draft
 *
 * @param d Draft, read to its end
 */
void config_check_sounds(struct config_draft *d)
{
	const struct config *conf = d->conf;

	for (size_t i = 0; i < conf->announcementc; i++)
		check_announcement(d, i);
	for (size_t i = 0; i < conf->routec; i++)
		check_route(d, i);
	check_relay(d);
}
