/**
 * @file metrics.c  Named counters, gauges and histograms, for any thread
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/metrics_state.h"


static void destructor(void *arg)
{
	struct metrics *m = arg;
	struct metric *c = atomic_load(&m->head);

	while (c) {
		struct metric *next = atomic_load(&c->next);

		mem_deref(c);
		c = next;
	}

	(void)pthread_mutex_destroy(&m->lock);
}


static void metric_destructor(void *arg)
{
	struct metric *c = arg;

	mem_deref(c->name);
}


/* a family's labels before any longer name */
static int rank(char c)
{
	return c == '{' ? 1 : (unsigned char)c;
}


static int compare(const char *a, const char *b)
{
	while (*a && *a == *b) {
		++a;
		++b;
	}

	return rank(*a) - rank(*b);
}


/* where the name is, or belongs */
static _Atomic(struct metric *) *find(struct metrics *m, const char *name)
{
	_Atomic(struct metric *) *at = &m->head;
	struct metric *c;

	while ((c = atomic_load(at)) && compare(c->name, name) < 0)
		at = &c->next;

	return at;
}


/* a histogram has as many counts as its family has bounds, and one more */
static struct metric *make(const char *name)
{
	const size_t len = strcspn(name, "{");
	const struct metric_family *f = metric_family_find(name, len);
	const size_t boundc = metric_family_bounds(f);
	struct histogram *h;
	struct metric *c;

	if (boundc)
		c = mem_zalloc(sizeof(*h) + (boundc + 1) * sizeof(*h->countv),
			       metric_destructor);
	else
		c = mem_zalloc(sizeof(struct counter), metric_destructor);
	if (!c)
		return NULL;

	if (str_dup(&c->name, name))
		return mem_deref(c);

	c->family = f;
	c->family_len = len;
	if (boundc) {
		h = (struct histogram *)(void *)c;
		h->boundc = boundc;
	}

	return c;
}


static struct metric *find_or_make(struct metrics *m, const char *name)
{
	_Atomic(struct metric *) *at;
	struct metric *c;

	(void)pthread_mutex_lock(&m->lock);
	at = find(m, name);
	c = atomic_load(at);
	if (c && !strcmp(c->name, name))
		goto out;

	c = m->metricc < METRICS_MAX ? make(name) : NULL;
	if (!c)
		goto out;

	++m->metricc;
	atomic_init(&c->next, atomic_load(at));
	atomic_store_explicit(at, c, memory_order_release);

out:
	(void)pthread_mutex_unlock(&m->lock);

	return c;
}


static bool is_histogram(const struct metric *c)
{
	return c->family && c->family->type == METRIC_HISTOGRAM;
}


/**
 * Allocate a registry
 *
 * @param mp Pointer to the new registry
 *
 * @return 0 if success, otherwise errorcode
 */
int metrics_alloc(struct metrics **mp)
{
	struct metrics *m;

	if (!mp)
		return EINVAL;

	m = mem_zalloc(sizeof(*m), destructor);
	if (!m)
		return ENOMEM;

	atomic_init(&m->head, NULL);
	(void)pthread_mutex_init(&m->lock, NULL);

	*mp = m;

	return 0;
}


/**
 * The counter or gauge of a name, made at the first request; it lives as
 * long as the registry and is owned by it
 *
 * @param m    Registry
 * @param name Name, with labels where there are some
 *
 * @return Counter; NULL when out of memory, without a registry, for the name
 *         of a histogram, or when the registry is full
 */
struct counter *metrics_counter(struct metrics *m, const char *name)
{
	struct metric *c;

	if (!m || !name)
		return NULL;

	c = find_or_make(m, name);

	return c && !is_histogram(c) ? (struct counter *)(void *)c : NULL;
}


/* what the text format wants escaped in a label */
static int print_escaped(struct re_printf *pf, const char *value)
{
	int err = 0;

	for (; *value && !err; value++) {
		if (*value == '\n')
			err = pf->vph("\\n", 2, pf->arg);
		else if (*value == '"' || *value == '\\')
			err = re_hprintf(pf, "\\%c", *value);
		else
			err = pf->vph(value, 1, pf->arg);
	}

	return err;
}


/**
 * The counter or gauge of a name with one label
 *
 * @param m      Registry
 * @param family Name
 * @param label  Name of the label
 * @param value  Its value, any text
 *
 * @return Counter, or NULL as metrics_counter()
 */
struct counter *metrics_labelled(struct metrics *m, const char *family,
				 const char *label, const char *value)
{
	struct counter *c = NULL;
	char *name = NULL;

	if (!m || !family || !label || !value)
		return NULL;

	if (!re_sdprintf(&name, "%s{%s=\"%H\"}", family, label, print_escaped,
			 value))
		c = metrics_counter(m, name);
	mem_deref(name);

	return c;
}


/**
 * The histogram of a name, made at the first request, and owned by the
 * registry
 *
 * @param m    Registry
 * @param name Name, with labels where there are some
 *
 * @return Histogram; NULL as metrics_counter(), and for the name of none
 */
struct histogram *metrics_histogram(struct metrics *m, const char *name)
{
	struct metric *c;

	if (!m || !name)
		return NULL;

	c = find_or_make(m, name);

	return c && is_histogram(c) ? (struct histogram *)(void *)c : NULL;
}


static uint64_t observations(const struct histogram *h)
{
	struct histogram_view v;

	histogram_read(h, &v);

	return v.n;
}


/**
 * Call a handler for each name, in order
 *
 * @param m   Registry
 * @param h   Handler; it may register more
 * @param arg Its argument
 */
void metrics_apply(const struct metrics *m, metrics_h *h, void *arg)
{
	struct metric *c;

	if (!m || !h)
		return;

	for (c = atomic_load(&m->head); c; c = atomic_load(&c->next)) {
		const void *p = c;

		h(c->name,
		  is_histogram(c) ? observations(p) : counter_value(p), arg);
	}
}


/**
 * Who finds out what is slow to find out
 *
 * @param m   Registry
 * @param h   Handler, called by any thread that wants the text
 * @param arg Its argument, which outlives those threads
 */
void metrics_collect(struct metrics *m, metrics_collect_h *h, void *arg)
{
	if (!m)
		return;

	m->collecth = h;
	m->arg = arg;
}


/**
 * Add one
 *
 * @param c Counter
 */
void counter_inc(struct counter *c)
{
	counter_add(c, 1);
}


/**
 * Add, or take away (for gauges)
 *
 * @param c Counter
 * @param n What to add
 */
void counter_add(struct counter *c, int64_t n)
{
	if (c)
		atomic_fetch_add_explicit(&c->value, (uint64_t)n,
					  memory_order_relaxed);
}


/**
 * Set a gauge
 *
 * @param c Counter
 * @param n New value
 */
void counter_set(struct counter *c, uint64_t n)
{
	if (c)
		atomic_store_explicit(&c->value, n, memory_order_relaxed);
}


/**
 * Read
 *
 * @param c Counter
 *
 * @return Value, 0 without counter
 */
uint64_t counter_value(const struct counter *c)
{
	return c ? atomic_load_explicit(&c->value, memory_order_relaxed) : 0;
}
