/**
 * @file disk.c  A store whose writes end when the test says so
 */
#include <errno.h>
#include <string.h>
#include "test/mock/disk.h"
#include "test/test.h"


int __real_store_items_replace(struct store_write **wp, struct store *s,
			       const char *key, const struct store_item *itemv,
			       size_t itemc, store_done_h *h, void *arg);
int __wrap_store_items_replace(struct store_write **wp, struct store *s,
			       const char *key, const struct store_item *itemv,
			       size_t itemc, store_done_h *h, void *arg);
int __real_store_items_all(struct store *s, int64_t now, store_item_h *h,
			   void *arg);
int __wrap_store_items_all(struct store *s, int64_t now, store_item_h *h,
			   void *arg);

struct item {
	struct le le;
	char *key, *item, *data;
	int64_t expires_at;
};

struct store_write {
	struct write *w; /* not owned; NULL once it has ended */
};

struct write {
	struct le le;
	struct store_write *handle; /* not owned; NULL: nobody waits */
	char *key;
	struct list iteml;
	store_done_h *h;
	void *arg;
};

static struct {
	struct store *store; /* NULL: not taken */
	struct list iteml, writel;
	int err;
} disk;


static void item_destructor(void *arg)
{
	struct item *it = arg;

	list_unlink(&it->le);
	mem_deref(it->key);
	mem_deref(it->item);
	mem_deref(it->data);
}


static void item_append(struct list *l, const char *key,
			const struct store_item *src)
{
	struct item *it = mem_zalloc(sizeof(*it), item_destructor);

	ck_assert_ptr_nonnull(it);
	ck_assert_int_eq(str_dup(&it->key, key), 0);
	ck_assert_int_eq(str_dup(&it->item, src->item), 0);
	ck_assert_int_eq(str_dup(&it->data, src->data), 0);
	it->expires_at = src->expires_at;
	list_append(l, &it->le, it);
}


static void handle_destructor(void *arg)
{
	struct store_write *handle = arg;

	if (handle->w)
		handle->w->handle = NULL;
}


static void write_destructor(void *arg)
{
	struct write *w = arg;

	if (w->handle)
		w->handle->w = NULL;
	list_unlink(&w->le);
	list_flush(&w->iteml);
	mem_deref(w->key);
}


int __wrap_store_items_replace(struct store_write **wp, struct store *s,
			       const char *key, const struct store_item *itemv,
			       size_t itemc, store_done_h *h, void *arg)
{
	struct store_write *handle;
	struct write *w;

	if (!disk.store || s != disk.store)
		return __real_store_items_replace(wp, s, key, itemv, itemc, h,
						  arg);
	if (disk.err)
		return disk.err;

	handle = mem_zalloc(sizeof(*handle), handle_destructor);
	w = handle ? mem_zalloc(sizeof(*w), write_destructor) : NULL;
	if (!w) {
		mem_deref(handle);
		return ENOMEM;
	}

	w->handle = handle;
	handle->w = w;
	ck_assert_int_eq(str_dup(&w->key, key), 0);
	for (size_t i = 0; i < itemc; i++)
		item_append(&w->iteml, key, &itemv[i]);
	w->h = h;
	w->arg = arg;
	list_append(&disk.writel, &w->le, w);
	*wp = handle;

	return 0;
}


int __wrap_store_items_all(struct store *s, int64_t now, store_item_h *h,
			   void *arg)
{
	if (!disk.store || s != disk.store)
		return __real_store_items_all(s, now, h, arg);
	if (disk.err)
		return disk.err;

	for (struct le *le = disk.iteml.head; le; le = le->next) {
		const struct item *it = le->data;
		const struct store_item out = {it->key, it->item,
					       it->expires_at, it->data};

		if (it->expires_at > now)
			h(&out, arg);
	}

	return 0;
}


struct store *disk_take(void)
{
	disk_release();
	disk.store = mem_zalloc(1, NULL);
	ck_assert_ptr_nonnull(disk.store);

	return disk.store;
}


struct store *disk_store(void)
{
	return disk.store;
}


void disk_release(void)
{
	list_flush(&disk.writel);
	list_flush(&disk.iteml);
	disk.store = mem_deref(disk.store);
	disk.err = 0;
}


void disk_refuse(int err)
{
	disk.err = err;
}


size_t disk_pending(void)
{
	return list_count(&disk.writel);
}


static void forget(const char *key)
{
	struct le *le = disk.iteml.head;

	while (le) {
		struct item *it = le->data;

		le = le->next;
		if (!strcmp(it->key, key))
			mem_deref(it);
	}
}


void disk_finish(int err)
{
	struct write *w = list_ledata(disk.writel.head);
	struct store_write *handle;
	struct le *le;

	ck_assert_ptr_nonnull(w);
	list_unlink(&w->le);
	if (!err)
		forget(w->key);
	while (!err && (le = w->iteml.head)) {
		struct item *it = le->data;

		list_unlink(le);
		list_append(&disk.iteml, le, it);
	}

	handle = w->handle;
	if (handle) {
		handle->w = NULL;
		w->handle = NULL;
		w->h(err, w->arg);
	}
	mem_deref(w);
}


static const struct item *nth(const char *key, size_t n)
{
	for (struct le *le = disk.iteml.head; le; le = le->next) {
		const struct item *it = le->data;

		if (!strcmp(it->key, key) && !n--)
			return it;
	}

	return NULL;
}


size_t disk_items(const char *key)
{
	size_t n = 0;

	while (nth(key, n))
		++n;

	return n;
}


const char *disk_item(const char *key, size_t n)
{
	const struct item *it = nth(key, n);

	return it ? it->data : "";
}


void disk_put(const char *key, const char *item, int64_t expires_at,
	      const char *data)
{
	const struct store_item it = {key, item, expires_at, data};

	item_append(&disk.iteml, key, &it);
}
