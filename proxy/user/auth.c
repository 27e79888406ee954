/**
 * @file auth.c  Who sent this request? Digest, without state for strangers
 *
 * A challenge costs no memory: the nonce validates itself. Only a request
 * that authenticated leaves a trace, the nonce-count that it used.
 *
 * Names are not told apart from the outside: an unknown user is verified
 * against an HA1 made up from a key and the name, and the answer is the same.
 * Who knows a disabled account's password is told that it is disabled, so that
 * his phone does not try for ever.
 * Credentials that fit but whose nonce is too old, used already, or of another
 * secret are answered with stale=true, so that a phone tries again by itself
 * instead of asking its user.
 *
 * qop=auth is required, because it is always offered and a response without a
 * nonce-count could be replayed. The digest's uri is not compared with the
 * Request-URI: it is part of the sum, but proxies on the way rewrite the other
 * one (RFC 3261 section 22.4 rule 5 lets us).
 *
 * The user name may be "alice" or "alice@example.net"; the account is
 * user@realm. Credentials for another realm are not ours to judge.
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/user/accounts.h"
#include "proxy/sip/flow.h"
#include "proxy/user/auth.h"
#include "proxy/user/challenge.h"
#include "proxy/user/digest.h"
#include "proxy/user/replay.h"


enum {
	NONCE_LIFETIME_S = 300,
	CREDENTIALS_MAX = 4, /* looked at: each costs a hash or two */
};

struct auth {
	struct accounts *accounts;
	struct hash_key nonce_key;
	struct hash_key fake_key;
	struct timers *timers;
	struct log *log;
	struct replay *replay;
	struct counter *passed;
	struct counter *challenged;
	struct counter *failed;
};

/** One request on its way through */
struct check {
	const struct message *req;
	const struct pl *realm; /* lower case */
	struct account acc;
	bool stale;
};


static void destructor(void *arg)
{
	struct auth *a = arg;

	mem_deref(a->replay);
	mem_deref(a->accounts);
	mem_deref(a->timers);
	mem_deref(a->log);
}


/* "alice" or "alice@realm" */
static int make_aor(char *aor, size_t size, bool *whole,
		    const struct pl *username, const struct pl *realm)
{
	const char *at = pl_strrchr(username, '@');
	struct pl user = *username;

	*whole = false;
	if (at) {
		const size_t n = (size_t)(at - username->p);
		const struct pl host = {at + 1, username->l - n - 1};

		if (!pl_casecmp(&host, realm)) {
			user.l = n;
			*whole = true;
		}
	}

	return re_snprintf(aor, size, "%r@%r", &user, realm) < 0 ? ENOENT : 0;
}


/* as long as a real one, never twice the same without our key */
static void fake_account(struct account *acc, const struct hash_key *key,
			 const struct pl *username)
{
	uint8_t mac[HASH_MAC_SIZE];

	memset(acc, 0, sizeof(*acc));
	hash_mac(mac, key, username->p, username->l);
	(void)re_snprintf(acc->ha1_md5, sizeof(acc->ha1_md5), "%w", mac,
			  sizeof(mac));
	(void)re_snprintf(acc->ha1_sha256, sizeof(acc->ha1_sha256), "%w%w",
			  mac, sizeof(mac), mac, sizeof(mac));
	memcpy(acc->ha1b_md5, acc->ha1_md5, sizeof(acc->ha1b_md5));
	memcpy(acc->ha1b_sha256, acc->ha1_sha256, sizeof(acc->ha1b_sha256));
}


static const char *ha1_of(const struct account *acc, enum digest_alg alg,
			  bool whole)
{
	if (alg == DIGEST_SHA256)
		return whole ? acc->ha1b_sha256 : acc->ha1_sha256;

	return whole ? acc->ha1b_md5 : acc->ha1_md5;
}


/* the same work whether there is such an account or not: both are made, one
 * is taken */
static int verify(const struct auth *a, struct check *c,
		  const struct digest_cred *cred)
{
	char aor[ACCOUNT_AOR_MAX] = "";
	const struct account *acc;
	struct account fake;
	bool whole;
	struct pl pl;
	int err;

	err = make_aor(aor, sizeof(aor), &whole, &cred->username, c->realm);
	pl_set_str(&pl, err ? "" : aor);
	fake_account(&fake, &a->fake_key, &cred->username);
	acc = accounts_find(a->accounts, &pl);
	if (!acc && accounts_state(a->accounts))
		return EIO;

	c->acc = acc ? *acc : fake;
	err = digest_verify(cred, ha1_of(&c->acc, cred->alg, whole),
			    &c->req->met);

	return acc ? err : EACCES;
}


/* of credentials that fit */
static int check_fresh(struct auth *a, struct check *c,
		       const struct digest_cred *cred)
{
	const uint64_t now_s = timers_now(a->timers) / 1000;

	if (digest_nonce_check(&a->nonce_key, &cred->nonce, now_s,
			       NONCE_LIFETIME_S, c->realm) ||
	    replay_use(a->replay, &cred->nonce, pl_x32(&cred->nc))) {
		c->stale = true;
		return EACCES;
	}

	return 0;
}


static void count_failure(const struct auth *a, const struct check *c,
			  const struct digest_cred *cred)
{
	counter_inc(a->failed);
	log_info(a->log, "auth.failed", KV_PL("user", &cred->username),
		 KV_PL("realm", c->realm), KV_PL("method", &c->req->met),
		 KV_SA("source", &c->req->src));
}


/* ENOENT: not for us, look at the next */
static int check_credentials(struct auth *a, struct check *c,
			     const struct pl *val)
{
	struct digest_cred cred;
	int err;

	if (digest_cred_decode(&cred, val) ||
	    pl_casecmp(&cred.realm, c->realm) || !cred.qop.l)
		return ENOENT;

	err = verify(a, c, &cred);
	if (!err)
		err = check_fresh(a, c, &cred);
	else if (err == EACCES)
		count_failure(a, c, &cred);

	return !err && c->acc.set.disabled ? EPERM : err;
}


static int check_request(struct auth *a, struct check *c, enum hdr_id id)
{
	const struct hdr *h = message_hdr(c->req, id);
	size_t n = 0;

	for (; h && n < CREDENTIALS_MAX; h = message_hdr_next(c->req, h)) {
		const int err = check_credentials(a, c, &h->val);

		if (err != ENOENT && err != EACCES)
			return err;
		n += err == EACCES;
	}

	return EACCES;
}


static bool is_browser(const struct flow *flow)
{
	return flow && flow_proto_web(flow->proto);
}


static int make_challenge(const struct auth *a, const struct check *c,
			  bool registrar, char *buf, size_t size)
{
	const struct hdr *ua = message_hdr(c->req, HDR_USER_AGENT);
	enum digest_alg algv[CHALLENGE_MAX];
	const size_t algc = challenge_offer(algv, ua ? &ua->val : NULL,
					    is_browser(c->req->flow));
	char nonce[DIGEST_NONCE_MAX];

	digest_nonce(nonce, &a->nonce_key, timers_now(a->timers) / 1000,
		     c->realm);
	counter_inc(a->challenged);

	return challenge_print(buf, size, registrar, c->realm, nonce, c->stale,
			       algv, algc);
}


static int lower_realm(char *buf, size_t size, const struct pl *realm)
{
	if (!realm->l || re_snprintf(buf, size, "%r", realm) < 0)
		return EINVAL;

	for (; *buf; buf++) {
		if (*buf >= 'A' && *buf <= 'Z')
			*buf = (char)(*buf | 0x20);
	}

	return 0;
}


/**
 * Find out who sent a request
 *
 * @param a         Authentication
 * @param req       Request
 * @param registrar Authorization and 401, else Proxy-Authorization and 407
 * @param realm     The domain asked for
 * @param acc       Account; written only on success
 * @param challenge Whole header lines for the 401 or 407, on EACCES
 * @param size      Its size
 *
 * @return 0 if success; EACCES: challenge it; EPERM: the account is disabled;
 *         EIO: the accounts cannot be read
 *         (RFC 3261 section 22, RFC 8760)
 */
int auth_check(struct auth *a, const struct message *req, bool registrar,
	       const struct pl *realm, struct account *acc, char *challenge,
	       size_t size)
{
	char lower[CONFIG_NAME_MAX];
	struct check c = {.req = req};
	struct pl pl;
	int err;

	if (!a || !req || !realm || !acc || !challenge || !size)
		return EINVAL;

	err = lower_realm(lower, sizeof(lower), realm);
	if (err)
		return err;

	pl_set_str(&pl, lower);
	c.realm = &pl;
	err = check_request(a, &c,
			    registrar ? HDR_AUTHORIZATION
				      : HDR_PROXY_AUTHORIZATION);
	if (!err) {
		counter_inc(a->passed);
		*acc = c.acc;
	}
	else if (err == EACCES) {
		if (make_challenge(a, &c, registrar, challenge, size))
			err = EIO;
	}

	return err;
}


/**
 * Allocate the authentication
 *
 * @param ap        Authentication
 * @param accounts  Accounts
 * @param nonce_key Key of the nonces
 * @param timers    Clock
 * @param log       Log, or NULL
 * @param metrics   Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int auth_alloc(struct auth **ap, struct accounts *accounts,
	       const struct hash_key *nonce_key, struct timers *timers,
	       struct log *log, struct metrics *metrics)
{
	struct auth *a;
	int err;

	if (!ap || !accounts || !nonce_key || !timers)
		return EINVAL;

	a = mem_zalloc(sizeof(*a), destructor);
	if (!a)
		return ENOMEM;

	a->accounts = mem_ref(accounts);
	a->timers = mem_ref(timers);
	a->log = mem_ref(log);
	a->nonce_key = *nonce_key;
	hash_key_derive(&a->fake_key, nonce_key->b, sizeof(nonce_key->b),
			"unknown users");
	a->passed = metrics_counter(metrics, "auth_passed_total");
	a->challenged = metrics_counter(metrics, "auth_challenged_total");
	a->failed = metrics_counter(metrics, "auth_failed_total");
	err = replay_alloc(&a->replay, REPLAY_MAX);
	if (err)
		mem_deref(a);
	else
		*ap = a;

	return err;
}
