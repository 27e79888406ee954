/**
 * @file resolve_rest.c  Hops that failed rest: others go first for a while
 *
 * All rest for the same time, so the list of them is in order of their ends:
 * but for those who began before another time was said, which only counts
 * where there are too many.
 */
#include <errno.h>
#include <re.h>
#include "common/hash.h"
#include "proxy/sip/resolve_rest.h"


enum { BUCKETS = 256 };

struct resolve_rest {
	struct hash_key key;
	struct hash *ht;
	struct list l; /* the head ends first */
	uint32_t n, max;
	uint32_t rest_ms;
};

struct resting {
	struct le he, le;
	enum flow_proto proto;
	struct sa addr;
	uint64_t until;
};

struct wanted {
	enum flow_proto proto;
	const struct sa *addr;
};


static void destructor(void *arg)
{
	struct resolve_rest *r = arg;

	hash_flush(r->ht);
	mem_deref(r->ht);
}


static void resting_destructor(void *arg)
{
	struct resting *x = arg;

	hash_unlink(&x->he);
	list_unlink(&x->le);
}


static void drop(struct resolve_rest *r, struct resting *x)
{
	--r->n;
	mem_deref(x);
}


static bool is_wanted(struct le *le, void *arg)
{
	const struct resting *x = le->data;
	const struct wanted *w = arg;

	return x->proto == w->proto && sa_cmp(&x->addr, w->addr, SA_ALL);
}


static struct resting *find(const struct resolve_rest *r,
			    const struct hop *hop)
{
	struct wanted w = {hop->proto, &hop->addr};

	return list_ledata(hash_lookup(
		r->ht, hash_sa(&r->key, &hop->addr, true), is_wanted, &w));
}


/**
 * Allocate the table of those that rest
 *
 * @param rp      Pointer to the allocated table
 * @param rest_ms How long, ms
 * @param max     How many at most
 *
 * @return 0 if success, otherwise errorcode
 */
int resolve_rest_alloc(struct resolve_rest **rp, uint32_t rest_ms,
		       uint32_t max)
{
	struct resolve_rest *r;
	int err;

	if (!rp || !max)
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->rest_ms = rest_ms;
	r->max = max;
	hash_key_random(&r->key);
	err = hash_alloc(&r->ht, BUCKETS);
	if (err)
		mem_deref(r);
	else
		*rp = r;

	return err;
}


/**
 * Say how long those rest that fail from now on
 *
 * @param r       Table
 * @param rest_ms Time, ms
 */
void resolve_rest_limit(struct resolve_rest *r, uint32_t rest_ms)
{
	if (r)
		r->rest_ms = rest_ms;
}


/**
 * A hop failed
 *
 * @param r   Table
 * @param hop Hop
 * @param now Now, ms
 *
 * @return True if it begins to rest with this
 */
bool resolve_rest_add(struct resolve_rest *r, const struct hop *hop,
		      uint64_t now)
{
	struct resting *x;
	bool fresh;

	if (!r || !hop || !r->rest_ms)
		return false;

	x = find(r, hop);
	fresh = !x || now >= x->until;
	if (x)
		drop(r, x);
	while (r->n >= r->max)
		drop(r, r->l.head->data);

	x = mem_zalloc(sizeof(*x), resting_destructor);
	if (!x)
		return false;

	x->proto = hop->proto;
	x->addr = hop->addr;
	x->until = now + r->rest_ms;
	hash_append(r->ht, hash_sa(&r->key, &hop->addr, true), &x->he, x);
	list_append(&r->l, &x->le, x);
	++r->n;

	return fresh;
}


/**
 * A hop works
 *
 * @param r   Table
 * @param hop Hop
 */
void resolve_rest_end(struct resolve_rest *r, const struct hop *hop)
{
	struct resting *x = r && hop && r->n ? find(r, hop) : NULL;

	if (x)
		drop(r, x);
}


/**
 * Put those that rest behind the others
 *
 * @param r    Table
 * @param hops Hops
 * @param now  Now, ms
 */
void resolve_rest_order(const struct resolve_rest *r, struct hops *hops,
			uint64_t now)
{
	struct hops last;
	size_t n = 0;

	if (!r || !hops || !r->n)
		return;

	last.c = 0;
	for (size_t i = 0; i < hops->c; i++) {
		const struct resting *x = find(r, &hops->v[i]);

		if (x && now < x->until)
			last.v[last.c++] = hops->v[i];
		else if (n++ != i)
			hops->v[n - 1] = hops->v[i];
	}

	for (size_t i = 0; i < last.c; i++)
		hops->v[n++] = last.v[i];
}
