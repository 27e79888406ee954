/**
 * @file gate_judge.c  What a request and its answer say of its source
 *
 * A wrong password is a fault, a known scanner ten. A request that nobody
 * could serve is a fifth of one. A challenge that is never met is a fiftieth,
 * so that an office whose phones come all at once is none. Bad SIP is a tenth,
 * but for no more than half of what a source may fail: software with a bug is
 * no guesser, and its rate is limited anyway. A success wipes all away.
 *
 * Those who are known are never banned, but guesses that come from among them
 * have to be slow: a user name that has not been authenticated from there.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include "proxy/sip/gate_state.h"


enum {
	COST_FAULT = THROTTLE_UNIT,
	COST_CHALLENGE = THROTTLE_UNIT / 50,
	COST_UNSERVED = THROTTLE_UNIT / 5,
	COST_MALFORMED = THROTTLE_UNIT / 10,
	COST_STRAY = THROTTLE_UNIT / 50,
	COST_SCANNER = THROTTLE_UNIT * 10,
	USER_MAX = 128,
};

/* one guess in two seconds */
static const struct throttle_rate slow = {1, 2000};


/* "username" or "realm" of "Digest username="x", realm=y" */
static bool credential(struct pl *out, const struct pl *val, const char *name)
{
	const size_t n = strlen(name);
	const char *p = val->p, *end = val->p + val->l;

	for (; p + n < end; p++) {
		const struct pl word = {p, n};

		if ((p == val->p || !isalnum((uint8_t)p[-1])) && p[n] == '=' &&
		    !pl_strcasecmp(&word, name))
			break;
	}
	if (p + n >= end)
		return false;

	p += n + 1;
	out->p = p < end && *p == '"' ? ++p : p;
	while (p < end && *p != '"' && *p != ',' && !isspace((uint8_t)*p))
		++p;
	out->l = (size_t)(p - out->p);

	return true;
}


static const struct hdr *credentials(const struct message *req)
{
	const struct hdr *h = message_hdr(req, HDR_AUTHORIZATION);

	return h ? h : message_hdr(req, HDR_PROXY_AUTHORIZATION);
}


/* without its domain, in lower case: "alice" and "Alice@example.net" count
 * together. ENOENT: it shows none */
static int user_of(char buf[USER_MAX], const struct message *req)
{
	const struct hdr *h = credentials(req);
	struct pl user;
	size_t n = 0;

	if (!h || !credential(&user, &h->val, "username"))
		return ENOENT;

	while (n < user.l && n + 1 < USER_MAX && user.p[n] != '@') {
		buf[n] = (char)tolower((uint8_t)user.p[n]);
		++n;
	}
	buf[n] = '\0';

	return n ? 0 : ENOENT;
}


static struct gate_account *account(struct gate *g, const char *user)
{
	struct throttle_key key;
	struct pl pl;

	pl_set_str(&pl, user);
	throttle_key_text(&key, &g->secret, &pl);

	return throttle_table_get(g->accounts, &key);
}


static void pair_key(struct throttle_key *key, const struct gate *g,
		     const char *user, const struct throttle_key *source)
{
	char buf[USER_MAX + THROTTLE_KEY_SIZE];
	const size_t n = strlen(user);
	struct pl pl = {buf, n + THROTTLE_KEY_SIZE};

	(void)str_ncpy(buf, user, USER_MAX);
	memcpy(buf + n, source->b, THROTTLE_KEY_SIZE);
	throttle_key_text(key, &g->secret, &pl);
}


static bool has_shown(struct gate *g, const char *user,
		      const struct throttle_key *source)
{
	const struct gate_pair *pair;
	struct throttle_key key;

	pair_key(&key, g, user, source);
	pair = throttle_table_find(g->pairs, &key);

	return pair && pair->good_until > timers_now(g->timers);
}


static bool is_scanner(const struct gate *g, const struct message *req)
{
	const struct hdr *h = message_hdr(req, HDR_USER_AGENT);
	char buf[GATE_WORD_MAX * 2];

	if (!h || !g->conf.scannerc)
		return false;

	(void)re_snprintf(buf, sizeof(buf), "%b", h->val.p,
			  h->val.l < sizeof(buf) ? h->val.l : sizeof(buf) - 1);
	for (size_t i = 0; i < g->conf.scannerc; i++) {
		if (strcasestr(buf, g->conf.scannerv[i]))
			return true;
	}

	return false;
}


/* true: it has failed too often. One with nothing to lose by it is banned */
static bool fault(struct gate *g, struct gate_source *s, const struct sa *src,
		  uint32_t cost, const char *why)
{
	if (gate_is_trusted(g, s, src))
		return false;

	counter_inc(g->faults);
	if (!throttle_drain(&s->failures, &g->failures, timers_now(g->timers),
			    cost))
		return false;

	if (!gate_is_known(g, s) && gate_ban(g, src, why))
		s->failures = 0;

	return true;
}


/* a name that many fail at, or one more from where many have failed */
static bool must_be_slow(struct gate *g, const struct gate_source *s,
			 const char *user)
{
	const uint64_t now = timers_now(g->timers);

	return throttle_empty(s->failures, &g->failures, now) ||
	       throttle_empty(account(g, user)->failures, &g->account_failures,
			      now);
}


/**
 * May a request be worked on?
 *
 * @param g   Gate
 * @param req Request with its flow
 *
 * @return 0 if success, EBUSY: a guesser who has to be slow, EACCES: banned
 */
int gate_request(struct gate *g, const struct message *req)
{
	struct throttle_key key;
	struct gate_source *s;
	char user[USER_MAX];

	if (!g || !req || !req->flow || req->flow->names)
		return 0;

	s = gate_source(g, &req->src, &key);
	if (gate_is_trusted(g, s, &req->src))
		return 0;

	if (is_scanner(g, req) &&
	    fault(g, s, &req->src, COST_SCANNER, "a scanner"))
		return EACCES;

	if (user_of(user, req) || !must_be_slow(g, s, user) ||
	    has_shown(g, user, &key))
		return 0;

	if (throttle_take(&s->slow, &slow, timers_now(g->timers),
			  THROTTLE_UNIT))
		return 0;

	counter_inc(g->slowed);

	return EBUSY;
}


/**
 * A request was authenticated, or is of a dialog of ours
 *
 * @param g   Gate
 * @param req Request
 */
void gate_good(struct gate *g, const struct message *req)
{
	uint64_t until;
	struct throttle_key key;
	struct gate_source *s;
	struct gate_pair *pair;
	char user[USER_MAX];

	if (!g || !req)
		return;

	until = timers_now(g->timers) + (uint64_t)g->conf.known_s * 1000;
	s = gate_source(g, &req->src, &key);
	if (gate_is_known(g, s))
		throttle_give(&s->requests, &g->rate_known, THROTTLE_UNIT);
	else
		s->requests = 0;
	s->failures = 0;
	gate_know(g, &req->src, until);

	if (user_of(user, req))
		return;

	pair_key(&key, g, user, &key);
	pair = throttle_table_get(g->pairs, &key);
	pair->good_until = until;
}


/* of our realm, and wrong: whoever had the password right and only its nonce
 * too old is told so */
static bool is_wrong_digest(const struct message *req, const char *extra)
{
	const struct hdr *h = credentials(req);
	struct pl theirs, ours, pl;

	if (!h || !extra || strstr(extra, "stale=true"))
		return false;

	pl_set_str(&pl, extra);

	return credential(&ours, &pl, "realm") &&
	       credential(&theirs, &h->val, "realm") &&
	       !pl_casecmp(&ours, &theirs);
}


static uint32_t cost_of(uint16_t scode, bool wrong)
{
	switch (scode) {
	case 401:
	case 407:
		return wrong ? COST_FAULT : COST_CHALLENGE;
	case 481:
		return COST_STRAY;
	case 500:
	case 503:
		return 0;
	default:
		return scode < 400 ? 0 : COST_UNSERVED;
	}
}


static const char *why_of(uint16_t scode, bool wrong)
{
	if (wrong)
		return "wrong passwords";
	if (scode == 401 || scode == 407)
		return "challenges never met";

	return "requests that cannot be served";
}


/**
 * Judge a source by what its request is answered without state
 *
 * @param g     Gate
 * @param req   Request
 * @param scode Status code
 * @param extra Header lines of the answer, or NULL
 *
 * @return true if the answer may be sent
 */
bool gate_answer(struct gate *g, const struct message *req, uint16_t scode,
		 const char *extra)
{
	const bool wrong = (scode == 401 || scode == 407) &&
			   is_wrong_digest(req, extra);
	const uint32_t cost = cost_of(scode, wrong);
	struct throttle_key key;
	struct gate_source *s;
	char user[USER_MAX];
	bool over;

	if (!g || !req || !cost || (req->flow && req->flow->names))
		return true;

	if (wrong && !user_of(user, req))
		(void)throttle_drain(&account(g, user)->failures,
				     &g->account_failures,
				     timers_now(g->timers), cost);

	s = gate_source(g, &req->src, &key);
	over = fault(g, s, &req->src, cost, why_of(scode, wrong));
	if (!over || cost == COST_CHALLENGE)
		return true;

	counter_inc(g->withheld);

	return false;
}


/**
 * A source has sent what is no SIP, or bad SIP
 *
 * @param g    Gate
 * @param flow Flow that it came over
 */
void gate_malformed(struct gate *g, const struct flow *flow)
{
	const uint32_t half = g ? g->failures.n * (THROTTLE_UNIT / 2) : 0;
	struct throttle_key key;
	struct gate_source *s;
	throttle_bucket rest;
	uint64_t now;

	if (!g || !flow || flow->names)
		return;

	counter_inc(g->faults);
	now = timers_now(g->timers);
	s = gate_source(g, &flow->peer, &key);
	rest = s->failures;
	if (throttle_take(&rest, &g->failures, now, half + COST_MALFORMED))
		(void)throttle_take(&s->failures, &g->failures, now,
				    COST_MALFORMED);
}
