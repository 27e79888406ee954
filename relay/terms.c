/**
 * @file terms.c  What a side's SDP says of a stream beside its addresses
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "relay/terms.h"


/* keys do not stay in memory that others get */
static void destructor(void *arg)
{
	struct relay_terms *t = arg;

	if (t->ice)
		explicit_bzero(t->ice, sizeof(*t->ice));
	mem_deref(t->ice);
	explicit_bzero(t + 1, t->room);
}


/* the keys go first: they are aligned best */
static int make(struct relay_terms **tp, size_t codecc, size_t keyc)
{
	const size_t room = keyc * sizeof(struct relay_key) +
			    codecc * sizeof(struct relay_codec);
	struct relay_terms *t;

	t = mem_zalloc(sizeof(*t) + room, destructor);
	if (!t)
		return ENOMEM;

	t->keyv = (void *)(t + 1);
	t->codecv = (void *)(t->keyv + keyc);
	t->room = (uint16_t)room;
	*tp = t;

	return 0;
}


/**
 * Allocate terms that say nothing, but that both directions are open
 *
 * @param tp Pointer to allocated terms
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_terms_alloc(struct relay_terms **tp)
{
	struct relay_terms *t;
	int err;

	if (!tp)
		return EINVAL;

	err = make(&t, RELAY_CODECS_MAX, RELAY_KEYS_MAX);
	if (err)
		return err;

	t->sends = t->hears = true;
	*tp = t;

	return 0;
}


/**
 * Give back the room that terms do not need, when all is said
 *
 * @param t Terms
 *
 * @return The terms, perhaps elsewhere
 */
struct relay_terms *relay_terms_fit(struct relay_terms *t)
{
	const size_t codecs = t->codecc * sizeof(*t->codecv);
	const size_t room = t->keyc * sizeof(*t->keyv) + codecs;
	struct relay_terms *fit;

	(void)memmove(t->keyv + t->keyc, t->codecv, codecs);
	explicit_bzero((uint8_t *)t->keyv + room, t->room - room);
	t->room = (uint16_t)room;

	fit = mem_realloc(t, sizeof(*t) + room);
	if (!fit)
		fit = t;

	fit->keyv = (void *)(fit + 1);
	fit->codecv = (void *)(fit->keyv + fit->keyc);

	return fit;
}


static void copy_lists(struct relay_terms *to, const struct relay_terms *from)
{
	to->codecc = from->codecc;
	to->keyc = from->keyc;
	for (size_t i = 0; i < from->codecc; i++)
		to->codecv[i] = from->codecv[i];
	for (size_t i = 0; i < from->keyc; i++)
		to->keyv[i] = from->keyv[i];
}


/**
 * Copy terms, so that another thread may own them
 *
 * @param tp Pointer to allocated terms, NULL where there are none to copy
 * @param t  Terms, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_terms_copy(struct relay_terms **tp, const struct relay_terms *t)
{
	struct relay_terms *copy;
	int err;

	if (!tp)
		return EINVAL;

	*tp = NULL;
	if (!t)
		return 0;

	err = make(&copy, t->codecc, t->keyc);
	if (err)
		return err;

	copy->mux = t->mux;
	copy->sends = t->sends;
	copy->hears = t->hears;
	copy_lists(copy, t);
	if (t->ice) {
		copy->ice = mem_zalloc(sizeof(*copy->ice), NULL);
		if (!copy->ice) {
			mem_deref(copy);
			return ENOMEM;
		}
		*copy->ice = *t->ice;
	}

	*tp = copy;

	return 0;
}


static bool same_codecs(const struct relay_terms *a,
			const struct relay_terms *b)
{
	if (a->codecc != b->codecc)
		return false;

	for (size_t i = 0; i < a->codecc; i++) {
		const struct relay_codec *x = &a->codecv[i];
		const struct relay_codec *y = &b->codecv[i];

		if (x->pt != y->pt || x->clock != y->clock ||
		    x->channels != y->channels || strcmp(x->name, y->name))
			return false;
	}

	return true;
}


static bool same_keys(const struct relay_terms *a, const struct relay_terms *b)
{
	if (a->keyc != b->keyc)
		return false;

	for (size_t i = 0; i < a->keyc; i++) {
		const struct relay_key *x = &a->keyv[i], *y = &b->keyv[i];

		if (x->suite != y->suite || x->len != y->len ||
		    memcmp(x->key, y->key, x->len))
			return false;
	}

	return true;
}


static bool same_login(const struct relay_login *a,
		       const struct relay_login *b)
{
	if (!a || !b)
		return a == b;

	return !strcmp(a->ufrag, b->ufrag) && !strcmp(a->pwd, b->pwd);
}


/**
 * Do both say the same?
 *
 * @param a Terms, or NULL
 * @param b Terms, or NULL
 *
 * @return true if nothing needs to be told anew
 */
bool relay_terms_same(const struct relay_terms *a, const struct relay_terms *b)
{
	if (!a || !b)
		return a == b;

	return a->mux == b->mux && a->sends == b->sends &&
	       a->hears == b->hears && same_codecs(a, b) && same_keys(a, b) &&
	       same_login(a->ice, b->ice);
}
