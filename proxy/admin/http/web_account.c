/**
 * @file web_account.c  Accounts over HTTP
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include "common/config.h"
#include "common/store.h"
#include "proxy/admin/http/web.h"
#include "proxy/admin/http/web_account.h"
#include "proxy/admin/http/web_wish.h"
#include "proxy/user/account_json.h"
#include "proxy/user/account_name.h"

enum { PAGE = 1000 };

struct web_accounts {
	struct config *cfg; /* of which the domains are known alone */
	pthread_mutex_t lock;
	struct store *store; /* the thread's; NULL: not open yet */
};


static void destructor(void *arg)
{
	struct web_accounts *a = arg;

	mem_deref(a->store);
	mem_deref(a->cfg);
	(void)pthread_mutex_destroy(&a->lock);
}


static int complain(json_t *answer, int err, const char *what, const char *why)
{
	(void)json_object_set_new(
		answer, "error",
		json_sprintf("%s%s%s", what, *what ? " " : "", why));

	return err;
}


static int open_store(struct web_accounts *a, json_t *answer)
{
	char why[256] = "";

	if (a->store || !store_open(&a->store, a->cfg->data, why, sizeof(why)))
		return 0;

	return complain(answer, EIO, "", why);
}


static int fail(json_t *answer, int err)
{
	switch (err) {
	case ENOENT:
		return complain(answer, err, "", "there is no such account");
	case EEXIST:
		return complain(answer, err, "",
				"it is another account's alias");
	case EBUSY:
		return complain(answer, err, "",
				"another process holds the database");
	case EINVAL:
		return complain(answer, err, "",
				"a new account needs a password");
	case 0:
		return 0;
	default:
		return complain(answer, EIO, "", "the database fails");
	}
}


/* the domains may change meanwhile */
static int decode_aor(struct web_accounts *a, char aor[ACCOUNT_AOR_MAX],
		      json_t *answer, const json_t *question)
{
	const char *name = json_string_value(json_object_get(question, "aor"));
	const char *why;

	(void)pthread_mutex_lock(&a->lock);
	why = name ? account_name_aor(aor, a->cfg, name)
		   : "is not USER@DOMAIN";
	(void)pthread_mutex_unlock(&a->lock);

	return why ? complain(answer, EINVAL, name ? name : "", why) : 0;
}


/* sorted, a page of it */
static int list_handler(json_t *answer, const json_t *question, void *arg)
{
	const char *after = json_string_value(
		json_object_get(question, "after"));
	const json_t *limit = json_object_get(question, "limit");
	const size_t max = limit && json_integer_value(limit) < PAGE
				   ? (size_t)json_integer_value(limit)
				   : PAGE;
	struct web_accounts *a = arg;
	json_t *all = json_array(), *page = json_array(), *row;
	const char *aor = NULL;
	size_t i;
	int err = open_store(a, answer);

	if (!err)
		err = fail(answer, account_json_list(all, a->store));

	json_array_foreach(all, i, row)
	{
		const char *name = json_string_value(
			json_object_get(row, "aor"));

		if (err || !name || (after && strcmp(name, after) <= 0))
			continue;
		if (json_array_size(page) >= max) {
			(void)json_object_set_new(answer, "next",
						  json_string(aor));
			break;
		}
		aor = name;
		(void)json_array_append(page, row);
	}

	(void)json_object_set_new(
		answer, "count",
		json_integer((json_int_t)json_array_size(all)));
	(void)json_object_set_new(answer, "accounts", page);
	json_decref(all);

	return err;
}


static int show(json_t *answer, struct web_accounts *a, const char *aor)
{
	json_t *obj = NULL;
	int err = account_json_read(&obj, a->store, aor);

	if (!err)
		(void)json_object_update(answer, obj);
	json_decref(obj);

	return fail(answer, err);
}


static int show_handler(json_t *answer, const json_t *question, void *arg)
{
	char aor[ACCOUNT_AOR_MAX];
	struct web_accounts *a = arg;
	int err = open_store(a, answer);

	if (!err)
		err = decode_aor(a, aor, answer, question);

	return err ? err : show(answer, a, aor);
}


static int write_wish(json_t *answer, struct web_accounts *a, const char *aor,
		      const struct web_wish *w, bool put)
{
	const struct account_edit edit = {
		.aor = aor,
		.password = w->password,
		.changev = w->v,
		.changec = w->n,
		.add = put,
		.replace = put,
		.fresh = put,
	};
	struct account_outcome out;
	int err;

	err = account_edit(&out, a->store, &edit);
	if (!err && out.added)
		(void)json_object_set_new(answer, "created", json_true());
	if (!err || !out.failed)
		return fail(answer, err);

	return complain(answer, err == EEXIST ? EEXIST : EINVAL,
			out.failed->alias,
			err == EEXIST ? "is taken" : "is one alias too many");
}


static int read_wish(json_t *answer, struct web_accounts *a, const char *aor,
		     struct web_wish *w, json_t *body)
{
	int err;

	(void)pthread_mutex_lock(&a->lock);
	err = web_wish_read(w, a->cfg, aor, body);
	(void)pthread_mutex_unlock(&a->lock);

	return err ? complain(answer, err, "", w->why) : 0;
}


static int edit(json_t *answer, const json_t *question, struct web_accounts *a,
		bool put)
{
	struct web_wish *w = mem_zalloc(sizeof(*w), NULL);
	char aor[ACCOUNT_AOR_MAX];
	int err;

	if (!w)
		return ENOMEM;

	err = open_store(a, answer);
	if (!err)
		err = decode_aor(a, aor, answer, question);
	if (!err)
		err = read_wish(answer, a, aor, w,
				json_object_get(question, "body"));
	if (!err)
		err = write_wish(answer, a, aor, w, put);
	if (!err)
		err = show(answer, a, aor);
	mem_deref(w);

	return err;
}


static int put_handler(json_t *answer, const json_t *question, void *arg)
{
	return edit(answer, question, arg, true);
}


static int patch_handler(json_t *answer, const json_t *question, void *arg)
{
	return edit(answer, question, arg, false);
}


static int delete_handler(json_t *answer, const json_t *question, void *arg)
{
	char aor[ACCOUNT_AOR_MAX];
	struct web_accounts *a = arg;
	int err = open_store(a, answer);

	if (!err)
		err = decode_aor(a, aor, answer, question);

	return err ? err : fail(answer, account_del(a->store, aor));
}


/**
 * Take other domains
 *
 * @param a   Accounts, or NULL
 * @param cfg Configuration
 *
 * @return 0 if success, otherwise errorcode
 */
int web_accounts_reload(struct web_accounts *a, const struct config *cfg)
{
	if (!a || !cfg)
		return EINVAL;

	(void)pthread_mutex_lock(&a->lock);
	memcpy(a->cfg->domainv, cfg->domainv, sizeof(a->cfg->domainv));
	a->cfg->domainc = cfg->domainc;
	(void)pthread_mutex_unlock(&a->lock);

	return 0;
}


/**
 * Let accounts be seen and changed over HTTP
 *
 * @param ap  Pointer to allocated state
 * @param w   Server, not started
 * @param cfg Configuration: data directory and domains, both are copied
 *
 * @return 0 if success, otherwise errorcode
 */
int web_accounts_alloc(struct web_accounts **ap, struct web *w,
		       const struct config *cfg)
{
	struct web_accounts *a;
	int err;

	if (!ap || !w || !cfg)
		return EINVAL;

	a = mem_zalloc(sizeof(*a), destructor);
	if (!a)
		return ENOMEM;

	a->cfg = mem_zalloc(sizeof(*a->cfg), NULL);
	err = a->cfg ? pthread_mutex_init(&a->lock, NULL) : ENOMEM;
	if (err)
		goto out;

	(void)str_ncpy(a->cfg->data, cfg->data, sizeof(a->cfg->data));
	(void)web_accounts_reload(a, cfg);
	err = web_command(w, "accounts", list_handler, a);
	if (!err)
		err = web_command(w, "account", show_handler, a);
	if (!err)
		err = web_command(w, "account.put", put_handler, a);
	if (!err)
		err = web_command(w, "account.patch", patch_handler, a);
	if (!err)
		err = web_command(w, "account.delete", delete_handler, a);

out:
	if (err)
		mem_deref(a);
	else
		*ap = a;

	return err;
}
