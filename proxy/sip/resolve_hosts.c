/**
 * @file resolve_hosts.c  The hosts file (hosts(5)), read once
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <re.h>
#include "common/addr.h"
#include "common/hash.h"
#include "proxy/sip/resolve_hosts.h"


enum {
	BUCKETS = 256,
	HOSTS_MAX = 10000,
	ADDRS_MAX = 4, /* of one name and family */
	LINE_SIZE = 1024,
};

struct resolve_hosts {
	struct hash_key key;
	struct hash *ht;
	size_t n;
};

struct host {
	struct le he;
	struct resolve_set *set4, *set6; /* NULL: none */
	char name[];
};


static void host_destructor(void *arg)
{
	struct host *host = arg;

	hash_unlink(&host->he);
	mem_deref(host->set4);
	mem_deref(host->set6);
}


static void destructor(void *arg)
{
	struct resolve_hosts *h = arg;

	hash_flush(h->ht);
	mem_deref(h->ht);
}


static bool is_name(struct le *le, void *arg)
{
	const struct host *host = le->data;

	return !strcmp(host->name, arg);
}


static uint32_t hash_name(const struct resolve_hosts *h, const char *name)
{
	struct pl pl;

	pl_set_str(&pl, name);

	return hash_pl(&h->key, &pl);
}


static struct host *find(const struct resolve_hosts *h, const char *name)
{
	char wanted[RESOLVE_NAME_MAX];

	if (!h)
		return NULL;

	(void)str_ncpy(wanted, name, sizeof(wanted));

	return list_ledata(
		hash_lookup(h->ht, hash_name(h, name), is_name, wanted));
}


static int host_get(struct host **hp, struct resolve_hosts *h,
		    const char *name)
{
	struct host *host = find(h, name);

	if (!host) {
		if (h->n >= HOSTS_MAX)
			return ENOSPC;

		host = mem_zalloc(sizeof(*host) + strlen(name) + 1,
				  host_destructor);
		if (!host)
			return ENOMEM;

		memcpy(host->name, name, strlen(name) + 1);
		hash_append(h->ht, hash_name(h, name), &host->he, host);
		++h->n;
	}

	*hp = host;

	return 0;
}


static int addr_add(struct host *host, const struct sa *sa)
{
	struct resolve_set **setp = sa_af(sa) == AF_INET6 ? &host->set6
							  : &host->set4;

	if (!*setp)
		*setp = mem_zalloc(sizeof(**setp) +
					   ADDRS_MAX * sizeof((*setp)->rrv[0]),
				   NULL);
	if (!*setp)
		return ENOMEM;

	if ((*setp)->rrc < ADDRS_MAX)
		(*setp)->rrv[(*setp)->rrc++].addr = *sa;

	return 0;
}


/* "address name name ... # comment"; what cannot be read says nothing */
static int line_read(struct resolve_hosts *h, char *line)
{
	char name[RESOLVE_NAME_MAX], *save = NULL, *word;
	struct host *host;
	struct sa sa;
	struct pl pl;
	int err;

	line[strcspn(line, "#\r\n")] = '\0';
	word = strtok_r(line, " \t", &save);
	if (!word)
		return 0;

	pl_set_str(&pl, word);
	if (addr_decode(&sa, &pl, 0))
		return 0;

	while ((word = strtok_r(NULL, " \t", &save)) != NULL) {
		pl_set_str(&pl, word);
		if (resolve_name(name, &pl))
			continue;

		err = host_get(&host, h, name);
		if (!err)
			err = addr_add(host, &sa);
		if (err)
			return err;
	}

	return 0;
}


/**
 * Read a hosts file
 *
 * @param hp   Pointer to the allocated table
 * @param path Its path
 *
 * @return 0 if success, otherwise errorcode
 */
int resolve_hosts_read(struct resolve_hosts **hp, const char *path)
{
	struct resolve_hosts *h;
	char line[LINE_SIZE];
	FILE *f;
	int err;

	if (!hp || !path)
		return EINVAL;

	f = fopen(path, "re");
	if (!f)
		return errno;

	h = mem_zalloc(sizeof(*h), destructor);
	err = h ? hash_alloc(&h->ht, BUCKETS) : ENOMEM;
	if (!err)
		hash_key_random(&h->key);

	while (!err && fgets(line, sizeof(line), f))
		err = line_read(h, line);

	(void)fclose(f);
	/* as many as there is room for */
	if (err && err != ENOSPC) {
		mem_deref(h);
		return err;
	}

	*hp = h;

	return 0;
}


/**
 * Does the file have that name?
 *
 * @param h    Table, NULL: an empty one
 * @param name Name, in lower case
 *
 * @return True if so
 */
bool resolve_hosts_has(const struct resolve_hosts *h, const char *name)
{
	return find(h, name) != NULL;
}


/**
 * The addresses of a name
 *
 * @param h    Table, NULL: an empty one
 * @param type RESOLVE_A or RESOLVE_AAAA
 * @param name Name, in lower case
 *
 * @return Addresses, NULL if there are none
 */
const struct resolve_set *resolve_hosts_get(const struct resolve_hosts *h,
					    enum resolve_type type,
					    const char *name)
{
	const struct host *host = find(h, name);

	if (!host)
		return NULL;

	return type == RESOLVE_AAAA ? host->set6 : host->set4;
}
