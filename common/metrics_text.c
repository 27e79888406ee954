/**
 * @file metrics_text.c  The registry as Prometheus reads it
 *
 * Exposition format 0.0.4. Only atomics are read, so any thread may print.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/metrics_state.h"


/** A number of parts, as a decimal number */
struct number {
	uint64_t n;
	uint32_t scale;
	bool is_signed;
};


static int print_number(struct re_printf *pf, const struct number *v)
{
	const bool negative = v->is_signed && (int64_t)v->n < 0;
	const uint64_t n = negative ? 0 - v->n : v->n;
	const uint32_t scale = v->scale ? v->scale : 1;
	uint64_t rest = n % scale;
	int err;

	if (v->is_signed && v->n == METRICS_INFINITE)
		return re_hprintf(pf, "+Inf");

	err = re_hprintf(pf, "%s%llu%s", negative ? "-" : "",
			 (unsigned long long)(n / scale), rest ? "." : "");
	while (rest && !err) {
		/* cppcheck-suppress zerodivcond */
		const unsigned long long digit = 10ULL * rest / scale;

		err = re_hprintf(pf, "%llu", digit);
		rest = 10 * rest % scale;
	}

	return err;
}


static int print_family(struct mbuf *mb, const struct metric *c)
{
	static const char *const typev[] = {"counter", "gauge", "histogram"};
	const struct metric_family *f = c->family;

	if (!f)
		return mbuf_printf(mb, "# TYPE %b untyped\n", c->name,
				   c->family_len);

	return mbuf_printf(mb, "# HELP %s %s\n# TYPE %s %s\n", f->name,
			   f->help, f->name, typev[f->type]);
}


static int print_counter(struct mbuf *mb, const struct counter *c)
{
	const struct metric_family *f = c->metric.family;
	const struct number v = {
		.n = counter_value(c),
		.scale = f ? f->scale : 1,
		.is_signed = f && f->type == METRIC_GAUGE,
	};

	return mbuf_printf(mb, "%s %H\n", c->metric.name, print_number, &v);
}


/* family, what is added to its name, labels with one more, a number */
static int print_line(struct mbuf *mb, const struct metric *c, const char *end,
		      const char *le, const struct number *v)
{
	const char *labels = c->name + c->family_len;
	const size_t len = strlen(labels);
	int err;

	err = mbuf_printf(mb, "%s%s", c->family->name, end);
	if (le && len)
		err |= mbuf_printf(mb, "%b,le=\"%s\"}", labels, len - 1, le);
	else if (le)
		err |= mbuf_printf(mb, "{le=\"%s\"}", le);
	else
		err |= mbuf_write_str(mb, labels);

	return err | mbuf_printf(mb, " %H\n", print_number, v);
}


/* the count is the sum of what was read, whatever is counted meanwhile */
static int print_histogram(struct mbuf *mb, const struct histogram *h)
{
	const struct metric_family *f = h->metric.family;
	struct number total = {0, 1, false}, sum = {0, f->scale, false};
	struct histogram_view v;
	int err = 0;

	histogram_read(h, &v);
	sum.n = v.sum;
	for (size_t i = 0; i <= h->boundc; i++) {
		const struct number bound = {f->boundv[i], f->scale, false};
		char le[32] = "+Inf";

		if (i < h->boundc)
			(void)re_snprintf(le, sizeof(le), "%H", print_number,
					  &bound);
		total.n += v.countv[i];
		err |= print_line(mb, &h->metric, "_bucket", le, &total);
	}
	err |= print_line(mb, &h->metric, "_sum", NULL, &sum);

	return err | print_line(mb, &h->metric, "_count", NULL, &total);
}


static bool same_family(const struct metric *a, const struct metric *b)
{
	return a && a->family_len == b->family_len &&
	       !memcmp(a->name, b->name, a->family_len);
}


/**
 * Print all names with their values, families in order
 *
 * @param m  Registry
 * @param mb Buffer
 *
 * @return 0 if success, otherwise errorcode
 */
int metrics_print(const struct metrics *m, struct mbuf *mb)
{
	const struct metric *c, *before = NULL;
	int err = 0;

	if (!m || !mb)
		return EINVAL;

	for (c = atomic_load(&m->head); c && !err; c = atomic_load(&c->next)) {
		const void *p = c;

		if (!same_family(before, c))
			err = print_family(mb, c);
		err |= c->family && c->family->type == METRIC_HISTOGRAM
			       ? print_histogram(mb, p)
			       : print_counter(mb, p);
		before = c;
	}

	return err ? ENOMEM : 0;
}


/**
 * Find out what is slow to find out, then print everything
 *
 * @param m  Registry
 * @param mb Buffer
 *
 * @return 0 if success, otherwise errorcode
 */
int metrics_text(const struct metrics *m, struct mbuf *mb)
{
	if (m && m->collecth)
		m->collecth(m->arg);

	return metrics_print(m, mb);
}
