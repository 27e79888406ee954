/**
 * @file server_findings.c  What reading the file again has found
 */
#include <errno.h>
#include <string.h>
#include "common/config.h"
#include "common/json_out.h"
#include "common/log.h"
#include "proxy/server_findings.h"

enum { FAULT_SIZE = 512 };

/** A key that the file changes, or a section with a title */
struct change {
	struct le le;
	bool restart;
	char name[2 * CONFIG_NAME_MAX + 8];
};


/**
 * Forget them
 *
 * @param f Findings
 */
void findings_clear(struct findings *f)
{
	f->next = mem_deref(f->next);
	f->said = mem_deref(f->said);
	list_flush(&f->changel);
	f->err = 0;
}


/**
 * Begin anew
 *
 * @param f Findings
 *
 * @return 0 if success, otherwise errorcode
 */
int findings_begin(struct findings *f)
{
	findings_clear(f);
	f->said = mbuf_alloc(512);

	return f->said ? 0 : ENOMEM;
}


static void change_handler(const char *name, bool restart, void *arg)
{
	struct findings *f = arg;
	struct change *c = mem_zalloc(sizeof(*c), NULL);

	if (!c) {
		f->err = ENOMEM;
		return;
	}

	c->restart = restart;
	(void)str_ncpy(c->name, name, sizeof(c->name));
	list_append(&f->changel, &c->le, c);
}


static int read_file(struct findings *f, const struct config *cfg)
{
	struct config *file = NULL;
	struct mbuf *errs;
	int err;

	err = config_load(&file, *cfg->path ? cfg->path : NULL, f->said);
	if (err)
		return EINVAL;

	config_changes(cfg, file, change_handler, f);
	errs = mbuf_alloc(256);
	err = f->err || !errs ? ENOMEM
			      : config_merge(&f->next, cfg, file, errs);
	/* its warnings are those of the file */
	if (err && errs)
		(void)mbuf_write_mem(f->said, errs->buf, errs->end);

	mem_deref(errs);
	mem_deref(file);

	return err;
}


/**
 * Read the file of a configuration again
 *
 * It may take its time: for a thread.
 *
 * @param f   Findings, of findings_begin()
 * @param cfg Configuration in force, which does not change meanwhile
 */
void findings_read(struct findings *f, const struct config *cfg)
{
	f->err = read_file(f, cfg);
}


/* each line that was said, cut where it is too long */
static void each_line(const struct findings *f,
		      void (*h)(const char *line, void *arg), void *arg)
{
	const char *p = (const char *)f->said->buf;
	const char *end = p + f->said->end;

	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		const size_t len = (size_t)((eol ? eol : end) - p);
		char line[FAULT_SIZE];

		(void)re_snprintf(line, sizeof(line), "%b", p,
				  len < FAULT_SIZE ? len : FAULT_SIZE - 1);
		h(line, arg);
		p += len + 1;
	}
}


/* warnings are told with the faults, in one text */
static void log_line(const char *line, void *arg)
{
	if (strstr(line, ": warning: "))
		log_warn(arg, "reload.warning", KV_STR("why", line));
	else
		log_error(arg, "reload.refused", KV_STR("why", line));
}


static void add_line(const char *line, void *arg)
{
	(void)json_array_append_new(
		arg, json_string(json_out_is_utf8(line) ? line : "?"));
}


/**
 * Log them, and how it went
 *
 * @param f   Findings
 * @param log Log
 */
void findings_log(const struct findings *f, struct log *log)
{
	uint32_t live = 0, restart = 0;
	struct le *le;

	each_line(f, log_line, log);
	if (f->err) {
		log_error(log, "reload.failed", KV_ERRNO("err", f->err));
		return;
	}

	LIST_FOREACH(&f->changel, le)
	{
		const struct change *c = le->data;

		++*(c->restart ? &restart : &live);
		if (c->restart)
			log_warn(log, "reload.restart",
				 KV_STR("key", c->name));
		else
			log_info(log, "reload.changed",
				 KV_STR("key", c->name));
	}
	log_info(log, "reload.done", KV_UINT("changed", live),
		 KV_UINT("restart", restart));
}


static json_t *changes(const struct findings *f, bool restart)
{
	json_t *v = json_array();
	struct le *le;

	LIST_FOREACH(&f->changel, le)
	{
		const struct change *c = le->data;

		if (c->restart == restart)
			add_line(c->name, v);
	}

	return v;
}


/* all lines of it: each is a sentence with its place */
static json_t *error_text(const struct findings *f)
{
	const char *p = (const char *)f->said->buf;
	size_t len = f->said->end;
	json_t *v;

	while (len && p[len - 1] == '\n')
		--len;
	v = len ? json_stringn(p, len) : NULL;

	return v ? v : json_string(strerror(f->err));
}


/**
 * Answer with them who has asked
 *
 * @param f   Findings
 * @param obj Answer
 */
void findings_answer(const struct findings *f, json_t *obj)
{
	json_t *lines = json_array();

	each_line(f, add_line, lines);
	if (f->err) {
		(void)json_object_set_new(obj, "error", error_text(f));
		(void)json_object_set_new(obj, "faults", lines);
	}
	else {
		(void)json_object_set_new(obj, "changed", changes(f, false));
		(void)json_object_set_new(obj, "restart", changes(f, true));
		(void)json_object_set_new(obj, "warnings", lines);
	}
}
