/**
 * @file job.c  One change on its way to the disk: it crosses threads
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/job.h"


static int measure(size_t *size, const char *key,
		   const struct store_item *itemv, size_t itemc)
{
	size_t n = strlen(key) + 1;

	for (size_t i = 0; i < itemc && n <= JOB_SIZE_MAX; i++) {
		if (!itemv[i].item || !itemv[i].data)
			return EINVAL;
		n += strlen(itemv[i].item) + strlen(itemv[i].data) + 2;
	}
	if (n > JOB_SIZE_MAX)
		return E2BIG;

	*size = n;

	return 0;
}


static const char *copy(char **at, const char *text)
{
	const size_t n = strlen(text) + 1;
	char *p = *at;

	memcpy(p, text, n);
	*at += n;

	return p;
}


/**
 * Make a job
 *
 * @param jp    Job, one piece of memory
 * @param key   Key
 * @param itemv What the key's items become
 * @param itemc Number of items
 *
 * @return 0 if success; E2BIG; EINVAL: an item without name or data
 */
int job_alloc(struct job **jp, const char *key, const struct store_item *itemv,
	      size_t itemc)
{
	struct job *j;
	size_t size, texts;
	char *at;
	int err;

	if (!jp || !key || (itemc && !itemv))
		return EINVAL;
	if (itemc > JOB_ITEMS_MAX)
		return E2BIG;

	err = measure(&texts, key, itemv, itemc);
	if (err)
		return err;

	size = sizeof(*j) + itemc * sizeof(j->itemv[0]);
	j = mem_zalloc(size + texts, NULL);
	if (!j)
		return ENOMEM;

	at = (char *)j + size;
	j->size = size + texts;
	j->itemc = itemc;
	j->key = copy(&at, key);
	for (size_t i = 0; i < itemc; i++) {
		j->itemv[i].key = j->key;
		j->itemv[i].item = copy(&at, itemv[i].item);
		j->itemv[i].expires_at = itemv[i].expires_at;
		j->itemv[i].data = copy(&at, itemv[i].data);
	}

	*jp = j;

	return 0;
}


/**
 * Part a job from who waits for it: the handler is not called
 *
 * @param j Job
 */
void job_forget(struct job *j)
{
	if (j->write)
		j->write->job = NULL;
	j->write = NULL;
	j->h = NULL;
}


/**
 * Say what became of a job, on the loop, and free it
 *
 * @param j Job
 */
void job_done(struct job *j)
{
	store_done_h *h = j->h;
	void *arg = j->arg;
	const int err = j->err;

	job_forget(j);
	mem_deref(j);
	if (h)
		h(err, arg);
}


/**
 * Move jobs from the head of one list to the tail of another one
 *
 * @param to   List
 * @param from List
 * @param n    How many at most
 */
void job_move(struct list *to, struct list *from, size_t n)
{
	struct le *le;

	while (n-- && (le = list_head(from))) {
		struct job *j = le->data;

		list_unlink(le);
		list_append(to, le, j);
	}
}
