/**
 * @file test/fuzz/dns.c  DNS messages: no answer leads astray
 *
 * The first octet chooses the question; what is decoded has no more records
 * than there is room for, each with what its type needs, and names that can
 * be asked for again.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include "proxy/sip/resolve_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void check_name(const char *text)
{
	char name[RESOLVE_NAME_MAX];
	struct pl pl;

	pl_set_str(&pl, text);
	if (strlen(text) >= RESOLVE_NAME_MAX)
		abort();
	if (*text && strlen(text) < RESOLVE_NAME_MAX - 3 &&
	    (resolve_name(name, &pl) || strcmp(name, text)))
		abort();
}


static void check(const struct resolve_answer *a, enum resolve_type type)
{
	if (!a->rrc || a->rrc > RESOLVE_RR_MAX || a->ttl_s > INT32_MAX)
		abort();

	for (size_t i = 0; i < a->rrc; i++) {
		const struct resolve_rr *rr = &a->rrv[i];

		if (type == RESOLVE_SRV || type == RESOLVE_NAPTR)
			check_name(rr->name);
		if (type == RESOLVE_SRV && *rr->name && !rr->port)
			abort();
		if (type == RESOLVE_A && sa_af(&rr->addr) != AF_INET)
			abort();
		if (type == RESOLVE_AAAA && sa_af(&rr->addr) != AF_INET6)
			abort();
	}
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		enum resolve_type type;
		const char *name;
	} questionv[] = {
		{RESOLVE_A, "w.example"},
		{RESOLVE_AAAA, "a.example"},
		{RESOLVE_SRV, "_sip._udp.example"},
		{RESOLVE_NAPTR, "example"},
	};
	static struct resolve_answer a;
	size_t i;
	int err;

	if (!size)
		return 0;

	i = data[0] % ARRAY_SIZE(questionv);
	err = resolve_answer_decode(&a, data + 1, size - 1, questionv[i].type,
				    questionv[i].name);
	if (!err)
		check(&a, questionv[i].type);
	else if (err == EAGAIN)
		check_name(a.alias);

	return 0;
}
