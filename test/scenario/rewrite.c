/**
 * @file scenario/rewrite.c  A server's file is written anew, and read again
 */
#include <stdio.h>
#include <string.h>
#include "proxy/admin/control.h"
#include "proxy/server_state.h"
#include "test/scenario/rewrite.h"
#include "test/test.h"

enum { ANSWER_MS = 10000, TEXT_MAX = 8192 };


/**
 * Give a running server a file
 *
 * @param rw  Rewrite
 * @param rig Rig, started
 */
void rewrite_begin(struct rewrite *rw, struct rig *rig)
{
	rw->rig = rig;
	rw->answer = NULL;
	ck_assert_int_eq(
		re_sdprintf(&rig->cfg->path, "%s/viaduct.conf", rig->dir), 0);
	rig->cfg->listenv[0].sa = rig->us;
	rig->cfg->listenv[1].sa = rig->us_tcp;
}


/**
 * Forget the last answer
 *
 * @param rw Rewrite
 */
void rewrite_end(struct rewrite *rw)
{
	json_decref(rw->answer);
	rw->answer = NULL;
}


/**
 * Write the file
 *
 * @param rw        Rewrite
 * @param listeners More than the rig's, ", \"udp:...\"", or ""
 * @param text      Lines besides the rig's
 */
void rewrite_file(const struct rewrite *rw, const char *listeners,
		  const char *text)
{
	const struct rig *rig = rw->rig;
	char head[TEXT_MAX];
	FILE *f = fopen(rig->cfg->path, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_gt(re_snprintf(head, sizeof(head),
				     "listen = { \"udp:%J\", \"tcp:%J\"%s }\n"
				     "domain = { \"example.net\" }\n"
				     "data = \"%s\"\n"
				     "control = \"%s/control.sock\"\n"
				     "log { level = \"error\" }\n",
				     &rig->us, &rig->us_tcp, listeners,
				     rig->dir, rig->dir),
			 0);
	(void)fprintf(f, "%s%s", head, text);
	(void)fclose(f);
}


static void answer_handler(int err, json_t *a, void *arg)
{
	struct rewrite *rw = arg;
	(void)err;

	rw->answer = a;
	re_cancel();
}


static void late_handler(void *arg)
{
	*(bool *)arg = true;
	re_cancel();
}


/**
 * Have the file read again
 *
 * @param rw Rewrite, with the answer afterwards
 */
void rewrite_reload(struct rewrite *rw)
{
	json_t *q = json_pack("{s:s}", "command", "reload");
	struct control_request *rq = NULL;
	struct tmr tmr;
	bool late = false;

	tmr_init(&tmr);
	rewrite_end(rw);
	ck_assert_int_eq(
		control_ask(&rq, rw->rig->srv->control, q, answer_handler, rw),
		0);
	tmr_start(&tmr, ANSWER_MS, late_handler, &late);
	/* what a phone receives ends the loop as well */
	while (!rw->answer && !late)
		(void)re_main(NULL);
	tmr_cancel(&tmr);
	mem_deref(rq);
	json_decref(q);
	ck_assert_ptr_nonnull(rw->answer);
}


/**
 * Write the file, and have it read; it must be taken
 *
 * @param rw   Rewrite
 * @param text Lines besides the rig's
 */
void rewrite_take(struct rewrite *rw, const char *text)
{
	rewrite_file(rw, "", text);
	rewrite_reload(rw);
	ck_assert_msg(rewrite_is_ok(rw), "%s", rewrite_error(rw));
}


/**
 * Was it taken?
 *
 * @param rw Rewrite
 *
 * @return True if so
 */
bool rewrite_is_ok(const struct rewrite *rw)
{
	return json_is_true(json_object_get(rw->answer, "ok"));
}


/**
 * Why it was not
 *
 * @param rw Rewrite
 *
 * @return A text, "" where it was
 */
const char *rewrite_error(const struct rewrite *rw)
{
	const char *text = json_string_value(
		json_object_get(rw->answer, "error"));

	return text ? text : "";
}


/**
 * Does the answer say that?
 *
 * @param rw   Rewrite
 * @param list Name of a list in it
 * @param text What is looked for
 *
 * @return True if it is in the list
 */
bool rewrite_has(const struct rewrite *rw, const char *list, const char *text)
{
	size_t i;
	json_t *v;

	json_array_foreach(json_object_get(rw->answer, list), i, v)
	{
		if (!strcmp(json_string_value(v), text))
			return true;
	}

	return false;
}


/**
 * How much it says
 *
 * @param rw   Rewrite
 * @param list Name of a list in it
 *
 * @return Number of its entries
 */
size_t rewrite_count(const struct rewrite *rw, const char *list)
{
	return json_array_size(json_object_get(rw->answer, list));
}
