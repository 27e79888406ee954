/**
 * @file clerk.c  What the store's thread does
 *
 * All that waits is written with one commit, and laid back in order. Once a
 * second it looks whether another connection has changed the database: its
 * own changes do not count, so only those of commands do.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/clerk.h"
#include "common/clock.h"
#include "common/job.h"
#include "common/metrics.h"
#include "common/view.h"


enum { LOOK_US = 1000000 };


/* whoever waits behind general trouble would wait for the same answer */
static void fail_waiting(struct clerk *c, struct list *jobl)
{
	struct le *le = jobl->tail;

	hatch_take_more(&c->hatch, jobl);
	for (le = le->next; le; le = le->next) {
		struct job *job = le->data;

		job->err = EIO;
	}
}


static void count(struct clerk *c, const struct list *jobl)
{
	const uint64_t now = clock_us();
	bool failed = false;

	for (struct le *le = jobl->head; le; le = le->next) {
		const struct job *job = le->data;
		const uint64_t us = now - job->queued_us;

		failed |= job->err != 0;
		counter_inc(job->err ? c->failures : c->writes);
		histogram_observe(c->latency, us);
	}
	counter_set(c->commits, c->journal.commits);
	if (failed)
		hatch_say(&c->hatch, c->journal.why);
}


static void write_jobs(struct clerk *c, struct list *jobl)
{
	if (journal_write(&c->journal, jobl))
		fail_waiting(c, jobl);
	count(c, jobl);
	hatch_done(&c->hatch, jobl);
}


/* what the database said, or that it was not the database */
static void say_view(struct clerk *c, int err)
{
	struct journal *j = &c->journal;

	if (err != EIO)
		(void)re_snprintf(j->why, sizeof(j->why), "%m", err);
	else if (j->db && sqlite3_errcode(j->db) != SQLITE_OK)
		journal_say(j);
	hatch_say(&c->hatch, j->why);
}


/* false: nothing new */
static bool find(struct clerk *c, const struct task *task, struct finding *f)
{
	struct journal *j = &c->journal;
	const bool was_blind = c->blind;
	int64_t version = 0;

	if (c->watch != task->watch)
		c->seen = false;
	c->watch = task->watch;

	f->err = journal_version(j, &version);
	if (!f->err && c->seen && c->opened == j->opened &&
	    c->version == version)
		goto out;

	if (!f->err)
		f->err = view_load(&f->view, j->db, task->watch);
	if (f->err)
		say_view(c, f->err);
	c->seen = !f->err;
	c->version = version;
	c->opened = j->opened;
out:
	c->blind = f->err;

	return f->view || was_blind != c->blind;
}


static void look(struct clerk *c, const struct task *task)
{
	struct finding f = {0, NULL};
	const bool found = find(c, task, &f);

	hatch_found(&c->hatch, task, found ? &f : NULL);
	c->look_us = clock_us() + LOOK_US;
}


/**
 * Work until the hatch says stop and nothing is left
 *
 * @param arg Clerk
 *
 * @return NULL
 */
void *clerk_main(void *arg)
{
	struct clerk *c = arg;
	struct task task;

	while (hatch_take(&c->hatch, &task, c->look_us)) {
		if (task.jobl.head)
			write_jobs(c, &task.jobl);
		if (task.watch)
			look(c, &task);
		mem_deref(task.old);
	}
	mem_deref(task.old);
	journal_close(&c->journal);
	hatch_end(&c->hatch);

	return NULL;
}


static void destructor(void *arg)
{
	struct clerk *c = arg;

	hatch_close(&c->hatch);
	mem_deref(c->metrics);
}


/**
 * Allocate a clerk; a thread that runs clerk_main() makes it work
 *
 * @param cp      Clerk
 * @param dir     The database's directory
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int clerk_alloc(struct clerk **cp, const char *dir, struct metrics *metrics)
{
	struct clerk *c = mem_zalloc(sizeof(*c), destructor);
	int err;

	if (!c)
		return ENOMEM;

	c->metrics = mem_ref(metrics);
	c->writes = metrics_counter(metrics, "store_writes_total");
	c->commits = metrics_counter(metrics, "store_commits_total");
	c->failures = metrics_counter(metrics, "store_failures_total");
	c->latency = metrics_histogram(metrics, "store_write_seconds");
	err = hatch_init(&c->hatch);
	if (!err)
		err = journal_init(&c->journal, dir);
	if (err)
		mem_deref(c);
	else
		*cp = c;

	return err;
}
