/**
 * @file zone.c  What a DNS server knows, and how it says it
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "test/mock/zone.h"
#include "test/test.h"


enum { HEADER = 12, TYPE_SOA = 6, TYPE_CNAME = 5, NXDOMAIN = 3 };

struct out {
	uint8_t *p;
	size_t n;
};


static void put8(struct out *o, unsigned v)
{
	ck_assert_uint_lt(o->n, ZONE_MESSAGE_MAX);
	o->p[o->n++] = (uint8_t)v;
}


static void put16(struct out *o, unsigned v)
{
	put8(o, v >> 8);
	put8(o, v & 0xff);
}


static void put32(struct out *o, uint32_t v)
{
	put16(o, v >> 16);
	put16(o, v & 0xffff);
}


/* "." and "" are the root */
static void put_name(struct out *o, const char *name)
{
	while (*name && strcmp(name, ".")) {
		const size_t n = strcspn(name, ".");

		put8(o, (unsigned)n);
		for (size_t i = 0; i < n; i++)
			put8(o, (uint8_t)name[i]);
		name += n + (name[n] == '.');
	}
	put8(o, 0);
}


static void put_string(struct out *o, const char *s)
{
	put8(o, (unsigned)strlen(s));
	for (; *s; s++)
		put8(o, (uint8_t)*s);
}


static uint16_t type_number(const char *type)
{
	static const struct {
		const char *name;
		uint16_t n;
	} v[] = {{"A", 1},
		 {"CNAME", 5},
		 {"AAAA", 28},
		 {"SRV", 33},
		 {"NAPTR", 35}};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (!strcmp(type, v[i].name))
			return v[i].n;
	}
	ck_abort_msg("no type %s", type);

	return 0;
}


static void put_addr(struct out *o, const char *data)
{
	struct sa sa;
	uint8_t b[16];

	ck_assert_int_eq(sa_set_str(&sa, data, 0), 0);
	if (sa_af(&sa) == AF_INET) {
		put32(o, sa_in(&sa));
		return;
	}

	sa_in6(&sa, b);
	for (size_t i = 0; i < sizeof(b); i++)
		put8(o, b[i]);
}


static void put_data(struct out *o, uint16_t type, const char *data)
{
	char flags[16], service[64], name[256];
	unsigned a, b, c;

	switch (type) {
	case TYPE_CNAME:
		put_name(o, data);
		break;
	case 33:
		ck_assert_int_eq(
			sscanf(data, "%u %u %u %255s", &a, &b, &c, name), 4);
		put16(o, a);
		put16(o, b);
		put16(o, c);
		put_name(o, name);
		break;
	case 35:
		ck_assert_int_eq(sscanf(data, "%u %u %15s %63s %255s", &a, &b,
					flags, service, name),
				 5);
		put16(o, a);
		put16(o, b);
		put_string(o, flags);
		put_string(o, service);
		put_string(o, "");
		put_name(o, name);
		break;
	default:
		put_addr(o, data);
	}
}


void zone_add(struct zone *z, const char *name, uint32_t ttl, const char *type,
	      const char *data)
{
	struct zone_rr *rr = &z->rrv[z->rrc++];
	struct out o = {rr->rdata, 0};

	ck_assert_uint_le(z->rrc, ZONE_RR_MAX);
	(void)str_ncpy(rr->name, name, sizeof(rr->name));
	rr->type = type_number(type);
	rr->ttl = ttl;
	put_data(&o, rr->type, data);
	rr->len = o.n;
}


void zone_remove(struct zone *z, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < z->rrc; i++) {
		if (strcasecmp(z->rrv[i].name, name))
			z->rrv[n++] = z->rrv[i];
	}
	z->rrc = n;
}


static void put_rr(struct out *o, const struct zone_rr *rr)
{
	put_name(o, rr->name);
	put16(o, rr->type);
	put16(o, 1);
	put32(o, rr->ttl);
	put16(o, (unsigned)rr->len);
	for (size_t i = 0; i < rr->len; i++)
		put8(o, rr->rdata[i]);
}


static void put_soa(struct out *o, uint32_t ttl)
{
	put_name(o, "example");
	put16(o, TYPE_SOA);
	put16(o, 1);
	put32(o, ttl);
	put16(o, 22);
	put_name(o, ".");
	put_name(o, ".");
	for (int i = 0; i < 4; i++)
		put32(o, 1);
	put32(o, ttl + 7);
}


static void cname_target(char out[256], const struct zone_rr *rr)
{
	size_t at = 0, n = 0;

	while (rr->rdata[at]) {
		if (n)
			out[n++] = '.';
		memcpy(out + n, rr->rdata + at + 1, rr->rdata[at]);
		n += rr->rdata[at];
		at += rr->rdata[at] + 1u;
	}
	out[n] = '\0';
}


size_t zone_answer(const struct zone *z, uint8_t *p, const char *question,
		   uint16_t type)
{
	struct out o = {p, HEADER};
	unsigned answers = 0;
	bool found = false;
	char name[256];

	memset(p, 0, HEADER);
	put_name(&o, question);
	put16(&o, type);
	put16(&o, 1);

	(void)str_ncpy(name, question, sizeof(name));
	for (unsigned hop = 0; hop < 12 && !found; hop++) {
		const struct zone_rr *alias = NULL;

		for (size_t i = 0; i < z->rrc; i++) {
			const struct zone_rr *rr = &z->rrv[i];

			if (strcasecmp(rr->name, name))
				continue;
			if (rr->type == TYPE_CNAME)
				alias = rr;
			if (rr->type == type) {
				put_rr(&o, rr);
				++answers;
				found = true;
			}
		}
		if (found || !alias)
			break;
		put_rr(&o, alias);
		++answers;
		if (z->partial)
			break;
		cname_target(name, alias);
	}

	if (!found && z->negative_ttl) {
		put_soa(&o, z->negative_ttl);
		p[9] = 1;
	}

	p[2] = 0x84;
	p[3] = 0x80 | (answers ? 0 : NXDOMAIN);
	p[5] = 1;
	p[7] = (uint8_t)answers;

	return o.n;
}
