/**
 * @file targets.c  The targets of a request, and the order to try them in
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/core/targets.h"


/**
 * Begin with an empty set
 *
 * @param ts  Set
 * @param max Targets at most
 */
void targets_init(struct targets *ts, size_t max)
{
	if (!ts)
		return;

	memset(ts, 0, sizeof(*ts));
	ts->max = max;
}


/**
 * Give up all targets
 *
 * @param ts Set
 */
void targets_flush(struct targets *ts)
{
	if (!ts)
		return;

	list_flush(&ts->waitl);
	list_flush(&ts->groupl);
	list_flush(&ts->workl);
	list_flush(&ts->donel);
}


static bool has(const struct list *l, const struct target *t)
{
	for (const struct le *le = l->head; le; le = le->next) {
		if (target_equal(le->data, t))
			return true;
	}

	return false;
}


/* behind those of the same q: what was added first is tried first */
static void insert(struct list *l, struct target *t)
{
	struct le *le = l->tail;

	while (le && ((const struct target *)le->data)->q < t->q)
		le = le->prev;

	if (le)
		list_insert_after(l, le, &t->le, t);
	else
		list_prepend(l, &t->le, t);
}


/**
 * Add a target; before the first is tried, or at any time later
 *
 * @param ts Set; keeps a reference
 * @param t  Target
 *
 * @return 0 if success, EALREADY for one that is there already or was tried,
 *         ENOSPC if there were too many
 */
int targets_add(struct targets *ts, struct target *t)
{
	if (!ts || !t)
		return EINVAL;

	if (has(&ts->waitl, t) || has(&ts->groupl, t) || has(&ts->workl, t) ||
	    has(&ts->donel, t))
		return EALREADY;

	if (ts->count >= ts->max)
		return ENOSPC;

	++ts->count;
	insert(&ts->waitl, mem_ref(t));

	return 0;
}


static void move(struct target *t, struct list *l)
{
	list_unlink(&t->le);
	list_append(l, &t->le, t);
}


/**
 * Open the next group, if none is under way
 *
 * @param ts   Set
 * @param fork Which targets make a group
 *
 * @return false if there is no target left to try
 */
bool targets_group(struct targets *ts, enum config_fork fork)
{
	const struct target *first;
	uint16_t q;

	if (!ts)
		return false;

	first = list_ledata(ts->waitl.head);
	if (ts->groupl.head || !first)
		return ts->groupl.head != NULL;

	if (fork == CONFIG_FORK_SERIAL) {
		move(ts->waitl.head->data, &ts->groupl);
		return true;
	}

	q = fork == CONFIG_FORK_Q ? first->q : 0;
	targets_join(ts, q);

	return true;
}


/**
 * Let those that wait come into the group under way
 *
 * @param ts Set
 * @param q  The lowest q of those who come
 */
void targets_join(struct targets *ts, uint16_t q)
{
	struct target *t;

	while (ts && (t = list_ledata(ts->waitl.head)) && t->q >= q)
		move(t, &ts->groupl);
}


/* NULL: until the end of the list */
static bool instance_in(const struct list *l, const struct target *t,
			const struct le *until)
{
	for (const struct le *le = l->head; le && le != until; le = le->next) {
		if (target_same_instance(le->data, t))
			return true;
	}

	return false;
}


static bool is_ready(const struct targets *ts, const struct target *t)
{
	return !instance_in(&ts->workl, t, NULL) &&
	       !instance_in(&ts->groupl, t, &t->le);
}


/**
 * How many targets could be tried now?
 *
 * @param ts Set
 *
 * @return Their number, not more than one for each instance
 */
size_t targets_ready(const struct targets *ts)
{
	size_t n = 0;

	for (const struct le *le = ts ? ts->groupl.head : NULL; le;
	     le = le->next)
		n += is_ready(ts, le->data);

	return n;
}


/**
 * Take the next target that is to be tried now
 *
 * @param ts Set
 *
 * @return Target, not referenced; NULL if there is none
 */
struct target *targets_take(struct targets *ts)
{
	for (struct le *le = ts ? ts->groupl.head : NULL; le; le = le->next) {
		struct target *t = le->data;

		if (is_ready(ts, t)) {
			move(t, &ts->workl);
			return t;
		}
	}

	return NULL;
}


static void drop_instance(struct list *l, const struct target *t)
{
	struct le *le = l->head;

	while (le) {
		struct target *other = le->data;

		le = le->next;
		if (target_same_instance(other, t)) {
			list_unlink(&other->le);
			mem_deref(other);
		}
	}
}


/**
 * A target was tried, without success
 *
 * @param ts      Set
 * @param t       Target
 * @param another Whether another flow of its instance may be tried: its own
 *                one failed, the phone itself has said nothing
 *
 * RFC 5626 section 5.3
 */
void targets_done(struct targets *ts, struct target *t, bool another)
{
	if (!ts || !t)
		return;

	move(t, &ts->donel);
	if (another)
		return;

	drop_instance(&ts->groupl, t);
	drop_instance(&ts->waitl, t);
}


/**
 * Try no more of them
 *
 * @param ts Set
 */
void targets_stop(struct targets *ts)
{
	if (!ts)
		return;

	list_flush(&ts->waitl);
	list_flush(&ts->groupl);
}
