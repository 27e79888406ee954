/**
 * @file account_table.c  Many accounts in little memory, by all their names
 *
 * An account at rest is its texts one behind the other and a few numbers, in
 * large pieces of memory: some 0.4 kB instead of the 2 kB of the structure
 * that it is unpacked into, and a table that is given up is freed at once.
 * The names are hashed with a key of the table's own, with open addressing
 * and half of the slots empty.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/hash.h"
#include "proxy/user/account_table.h"


enum { CHUNK_SIZE = 64 * 1024, TEXTS = 11 };

struct chunk {
	struct chunk *next; /* owned */
	size_t used;
	char b[CHUNK_SIZE];
};

/** An account at rest */
struct record {
	uint32_t calls_max, calls_per_minute;
	uint16_t noanswer_s;
	uint8_t media;
	bool disabled, is_recorded;
	char texts[]; /* in the order of texts_of() */
};

struct slot {
	const char *name;            /* NULL: empty */
	const struct record *record; /* not owned */
	uint32_t hash;
	bool alias;
};

struct account_table {
	struct hash_key key;
	struct chunk *chunks; /* owned; the newest first */
	struct slot *slotv;   /* owned */
	size_t slotc;         /* a power of two */
	size_t namec, namec_max;
	const struct record *nobody; /* in the chunks */
	size_t accountc, size;
};


static void destructor(void *arg)
{
	struct account_table *t = arg;

	while (t->chunks) {
		struct chunk *next = t->chunks->next;

		mem_deref(t->chunks);
		t->chunks = next;
	}
	mem_deref(t->slotv);
}


static void texts_of(char *textv[TEXTS], struct account *acc)
{
	char *const v[TEXTS] = {
		acc->aor,
		acc->ha1_md5,
		acc->ha1_sha256,
		acc->ha1b_md5,
		acc->ha1b_sha256,
		acc->set.name,
		acc->set.allow,
		acc->set.forward_all,
		acc->set.forward_busy,
		acc->set.forward_noanswer,
		acc->set.forward_offline,
	};

	memcpy(textv, v, sizeof(v));
}


static void *take(struct account_table *t, size_t size)
{
	const size_t align = _Alignof(struct record);
	struct chunk *c = t->chunks;
	void *p;

	size = (size + align - 1) / align * align;
	if (!c || size > CHUNK_SIZE - c->used) {
		c = mem_zalloc(sizeof(*c), NULL);
		if (!c)
			return NULL;
		c->next = t->chunks;
		t->chunks = c;
		t->size += sizeof(*c);
	}

	p = c->b + c->used;
	c->used += size;

	return p;
}


/* where that name is, or an empty slot */
static struct slot *find_slot(const struct account_table *t,
			      const struct pl *name, uint32_t hash)
{
	size_t i = hash & (t->slotc - 1);

	while (t->slotv[i].name &&
	       (t->slotv[i].hash != hash || pl_strcmp(name, t->slotv[i].name)))
		i = (i + 1) & (t->slotc - 1);

	return &t->slotv[i];
}


static int add_name(struct account_table *t, const char *name,
		    const struct record *rec, bool alias)
{
	struct slot *slot;
	struct pl pl;
	uint32_t hash;

	if (t->namec >= t->namec_max)
		return ENOSPC;

	pl_set_str(&pl, name);
	hash = hash_pl(&t->key, &pl);
	slot = find_slot(t, &pl, hash);
	if (slot->name)
		return EEXIST;

	slot->name = name;
	slot->record = rec;
	slot->hash = hash;
	slot->alias = alias;
	++t->namec;

	return 0;
}


static size_t pack(char *dst, const char *src)
{
	const size_t n = strlen(src) + 1;

	memcpy(dst, src, n);

	return n;
}


static const struct record *add_record(struct account_table *t,
				       const struct account *accp)
{
	struct account acc = *accp;
	char *textv[TEXTS];
	struct record *rec;
	size_t n = sizeof(*rec);
	char *p;

	texts_of(textv, &acc);
	for (size_t i = 0; i < TEXTS; i++)
		n += strlen(textv[i]) + 1;

	rec = take(t, n);
	if (!rec)
		return NULL;

	rec->calls_max = acc.set.calls_max;
	rec->calls_per_minute = acc.set.calls_per_minute;
	rec->noanswer_s = (uint16_t)acc.set.noanswer_s;
	rec->media = (uint8_t)acc.set.media;
	rec->disabled = acc.set.disabled;
	rec->is_recorded = acc.set.record;
	p = rec->texts;
	for (size_t i = 0; i < TEXTS; i++)
		p += pack(p, textv[i]);

	return rec;
}


/* whoever is not found costs what is found costs */
static int add_nobody(struct account_table *t)
{
	static const struct account nobody = {
		.aor = "nobody@nowhere.invalid",
		.ha1_md5 = "00000000000000000000000000000000",
		.ha1_sha256 = "0000000000000000000000000000000"
			      "000000000000000000000000000000000",
		.ha1b_md5 = "00000000000000000000000000000000",
		.ha1b_sha256 = "0000000000000000000000000000000"
			       "000000000000000000000000000000000",
	};

	t->nobody = add_record(t, &nobody);

	return t->nobody ? 0 : ENOMEM;
}


/**
 * Allocate a table
 *
 * @param tp       Table
 * @param accountc Accounts at most
 * @param aliasc   Aliases at most
 *
 * @return 0 if success, otherwise errorcode
 */
int account_table_alloc(struct account_table **tp, size_t accountc,
			size_t aliasc)
{
	struct account_table *t;
	size_t slotc = 16;

	if (!tp || accountc > UINT32_MAX || aliasc > UINT32_MAX)
		return EINVAL;

	t = mem_zalloc(sizeof(*t), destructor);
	if (!t)
		return ENOMEM;

	hash_key_random(&t->key);
	t->namec_max = accountc + aliasc;
	while (slotc < 2 * t->namec_max)
		slotc *= 2;

	t->slotc = slotc;
	t->slotv = mem_zalloc(slotc * sizeof(t->slotv[0]), NULL);
	if (!t->slotv || add_nobody(t)) {
		mem_deref(t);
		return ENOMEM;
	}
	t->size += sizeof(*t) + slotc * sizeof(t->slotv[0]);

	*tp = t;

	return 0;
}


/**
 * Add an account
 *
 * @param t   Table
 * @param acc Account
 *
 * @return 0 if success; ENOSPC: more than was said; EEXIST
 */
int account_table_add(struct account_table *t, const struct account *acc)
{
	const struct record *rec = add_record(t, acc);
	int err;

	if (!rec)
		return ENOMEM;

	/* the address-of-record is the first text */
	err = add_name(t, rec->texts, rec, false);
	t->accountc += !err;

	return err;
}


/**
 * Add another name of an account that is there
 *
 * @param t     Table
 * @param alias Name
 * @param aor   The account
 *
 * @return 0 if success; ENOENT: there is no such account; ENOSPC, EEXIST
 */
int account_table_alias(struct account_table *t, const char *alias,
			const char *aor)
{
	const struct slot *slot;
	struct pl pl;
	char *name;

	pl_set_str(&pl, aor);
	slot = find_slot(t, &pl, hash_pl(&t->key, &pl));
	if (!slot->name || slot->alias)
		return ENOENT;

	name = take(t, strlen(alias) + 1);
	if (!name)
		return ENOMEM;
	(void)pack(name, alias);

	return add_name(t, name, slot->record, true);
}


static void unpack(struct account *acc, const struct record *rec)
{
	char *textv[TEXTS];
	const char *p = rec->texts;

	memset(acc, 0, sizeof(*acc));
	acc->set.calls_max = rec->calls_max;
	acc->set.calls_per_minute = rec->calls_per_minute;
	acc->set.noanswer_s = rec->noanswer_s;
	acc->set.media = (enum config_media)rec->media;
	acc->set.disabled = rec->disabled;
	acc->set.record = rec->is_recorded;
	texts_of(textv, acc);
	for (size_t i = 0; i < TEXTS; i++) {
		const size_t n = strlen(p) + 1;

		memcpy(textv[i], p, n);
		p += n;
	}
}


/**
 * Find an account
 *
 * @param t     Table
 * @param acc   Account; nobody's data if there is none
 * @param name  Its address-of-record
 * @param alias Whether another name of it will do
 *
 * @return 0 if success, ENOENT
 */
int account_table_find(const struct account_table *t, struct account *acc,
		       const struct pl *name, bool alias)
{
	const struct slot *slot;
	bool found;

	if (!t || !acc || !name)
		return ENOENT;

	slot = find_slot(t, name, hash_pl(&t->key, name));
	found = slot->name && (alias || !slot->alias);
	unpack(acc, found ? slot->record : t->nobody);

	return found ? 0 : ENOENT;
}


/**
 * Is an account there, and not disabled?
 *
 * @param t   Table
 * @param aor Its address-of-record
 *
 * @return true if it is
 */
bool account_table_serves(const struct account_table *t, const struct pl *aor)
{
	const struct slot *slot;

	if (!t || !aor)
		return false;

	slot = find_slot(t, aor, hash_pl(&t->key, aor));

	return slot->name && !slot->alias && !slot->record->disabled;
}


/**
 * Count the accounts
 *
 * @param t Table, or NULL
 *
 * @return Number of accounts
 */
size_t account_table_count(const struct account_table *t)
{
	return t ? t->accountc : 0;
}


/**
 * Measure a table
 *
 * @param t Table, or NULL
 *
 * @return Octets
 */
size_t account_table_size(const struct account_table *t)
{
	return t ? t->size : 0;
}
