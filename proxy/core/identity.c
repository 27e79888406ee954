/**
 * @file identity.c  Who says who is calling, and who may know
 *
 * Where RFC 3325 leaves it to local policy: an identity without a Privacy
 * header is shown to our phones and kept from peers that are not trusted.
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/identity.h"
#include "proxy/sip/syntax.h"

enum { NAME_MAX_QUOTED = 160 };


static const struct {
	const char *word;
	enum identity_privacy flag;
} wordv[] = {
	{"header", PRIVACY_HEADER},     {"session", PRIVACY_SESSION},
	{"user", PRIVACY_USER},         {"none", PRIVACY_NONE},
	{"critical", PRIVACY_CRITICAL}, {"id", PRIVACY_ID},
	{"history", PRIVACY_HISTORY},
};

/* what names the caller */
static const enum hdr_id namev[] = {
	HDR_P_ASSERTED_IDENTITY,
	HDR_REMOTE_PARTY_ID,
};

/* what tells of the way here */
static const enum hdr_id historyv[] = {
	HDR_DIVERSION,
	HDR_HISTORY_INFO,
};

/* what the nodes of one network tell each other (RFC 7315 and others) */
static const enum hdr_id networkv[] = {
	HDR_P_ACCESS_NETWORK_INFO, HDR_P_ASSERTED_SERVICE,
	HDR_P_CHARGE_INFO,         HDR_P_CHARGING_FUNCTION_ADDRESSES,
	HDR_P_CHARGING_VECTOR,     HDR_P_PRIVATE_NETWORK_INDICATION,
	HDR_P_PROFILE_KEY,         HDR_P_SERVED_USER,
	HDR_P_USER_DATABASE,       HDR_P_VISITED_NETWORK_ID,
};

_Static_assert(ARRAY_SIZE(namev) + ARRAY_SIZE(historyv) +
			       ARRAY_SIZE(networkv) + 2 <=
		       IDENTITY_STRIP_MAX,
	       "all of them may leave, and what a phone would like");


static unsigned flag_of(const struct pl *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(wordv); i++) {
		if (!pl_strcasecmp(word, wordv[i].word))
			return wordv[i].flag;
	}

	return PRIVACY_OTHER;
}


static bool is_between(char c)
{
	return c == ';' || c == ',' || syntax_is_lws(c);
}


/* some write commas where semicolons belong */
static unsigned flags_of(const struct pl *val)
{
	const char *p = val->p, *end = val->p + val->l;
	unsigned flags = 0;

	while (p < end) {
		const char *start = p;
		struct pl word;

		while (p < end && !is_between(*p))
			++p;
		word = syntax_span(start, p);
		if (word.l)
			flags |= flag_of(&word);
		else
			++p;
	}

	return flags;
}


/**
 * Read what privacy is asked for (RFC 3323 section 4.2)
 *
 * @param m Message
 *
 * @return Flags of enum identity_privacy
 */
unsigned identity_privacy(const struct message *m)
{
	const struct hdr *h = message_hdr(m, HDR_PRIVACY);
	unsigned flags = 0;

	for (; h; h = message_hdr_next(m, h))
		flags |= flags_of(&h->val);

	return flags;
}


/**
 * Can we do what is asked for?
 *
 * We keep asserted identities and the history from those who are not to see
 * them; we hide no From, no Contact and no media.
 *
 * @param privacy Flags
 *
 * @return false if more is critical (RFC 3323 section 5: 500)
 */
bool identity_can(unsigned privacy)
{
	const unsigned others = PRIVACY_HEADER | PRIVACY_SESSION |
				PRIVACY_USER | PRIVACY_OTHER;

	return !(privacy & PRIVACY_CRITICAL) || !(privacy & others);
}


/**
 * Does the From name nobody? (RFC 3323 section 4.1.1.3)
 *
 * @param m Message
 *
 * @return true if it does not
 */
bool identity_anonymous(const struct message *m)
{
	return !pl_strcasecmp(&m->from.uri.host, "anonymous.invalid");
}


/* a quoted-string, or nothing: control characters have no place in it */
static void quote(char *buf, size_t size, const char *name)
{
	size_t n = 0;

	buf[0] = '\0';
	if (!*name)
		return;

	buf[n++] = '"';
	for (; *name && n + 5 < size; name++) {
		if ((uint8_t)*name < ' ' || (uint8_t)*name == 0x7f)
			continue;
		if (*name == '"' || *name == '\\')
			buf[n++] = '\\';
		buf[n++] = *name;
	}
	memcpy(buf + n, "\" ", 3);
}


static bool is_global_number(const struct pl *user)
{
	if (user->l < 2 || *user->p != '+')
		return false;

	for (size_t i = 1; i < user->l; i++) {
		if (user->p[i] < '0' || user->p[i] > '9')
			return false;
	}

	return true;
}


/**
 * Assert an account (RFC 3325 section 9.1)
 *
 * @param buf  Whole header lines
 * @param size Its size, IDENTITY_LINES_MAX is enough
 * @param acc  Account, or another identity of its
 *
 * @return 0 if success, EBADMSG: not a user's address, EOVERFLOW
 */
int identity_assert(char *buf, size_t size, const struct identity_account *acc)
{
	const char *at = acc ? strrchr(acc->aor, '@') : NULL;
	char name[NAME_MAX_QUOTED];
	struct pl user;
	int n;

	if (!buf || !acc || !at || at == acc->aor || !at[1])
		return EBADMSG;

	user = syntax_span(acc->aor, at);
	quote(name, sizeof(name), acc->name);
	n = re_snprintf(buf, size, "P-Asserted-Identity: %s<sip:%H@%s>\r\n",
			name, uri_user_escape, &user, at + 1);
	if (n < 0)
		return EOVERFLOW;

	if (acc->tel && is_global_number(&user) &&
	    re_snprintf(buf + n, size - (size_t)n,
			"P-Asserted-Identity: %s<tel:%r>\r\n", name,
			&user) < 0)
		return EOVERFLOW;

	return 0;
}


static void strip(struct identity_change *c, const enum hdr_id *idv, size_t n)
{
	memcpy(&c->stripv[c->stripc], idv, n * sizeof(*idv));
	c->stripc += n;
}


/* a Remote-Party-ID may ask for privacy by itself */
static bool hides(const struct message *m)
{
	const struct hdr *h = message_hdr(m, HDR_REMOTE_PARTY_ID);

	for (; h; h = message_hdr_next(m, h)) {
		struct nameaddr na;
		struct pl val;

		if (nameaddr_decode(&na, &h->val) ||
		    (!param_get(&na.params, "privacy", &val) &&
		     pl_strcasecmp(&val, "off")))
			return true;
	}

	return false;
}


/* of what we believe, who may know it? */
static void keep_secret(struct identity_change *c, const struct message *m,
			unsigned privacy, enum identity_hop hop)
{
	const unsigned secret = PRIVACY_ID | PRIVACY_USER | PRIVACY_HEADER;
	const bool open = privacy & PRIVACY_NONE;

	strip(c, networkv, ARRAY_SIZE(networkv));
	if (!open && (hop == IDENTITY_PEER || privacy & secret || hides(m)))
		strip(c, namev, ARRAY_SIZE(namev));
	if (!open && (hop == IDENTITY_PEER || privacy & secret ||
		      privacy & PRIVACY_HISTORY))
		strip(c, historyv, ARRAY_SIZE(historyv));
}


/* of what we assert, who may know it? */
static bool may_know(const struct message *m, unsigned privacy,
		     enum identity_hop hop)
{
	const unsigned secret = PRIVACY_ID | PRIVACY_USER | PRIVACY_HEADER;

	if (hop == IDENTITY_TRUSTED || privacy & PRIVACY_NONE)
		return true;

	return hop == IDENTITY_PHONE && !(privacy & secret) &&
	       !identity_anonymous(m);
}


/**
 * Find out what changes on the way to a next hop (RFC 3325 sections 5 to 9)
 *
 * @param c        What leaves and what joins
 * @param m        Request or response
 * @param believed It comes from a trusted peer
 * @param hop      Whom it goes to
 */
void identity_change(struct identity_change *c, const struct message *m,
		     bool believed, enum identity_hop hop)
{
	static const enum hdr_id wishv[] = {HDR_P_PREFERRED_IDENTITY,
					    HDR_P_PREFERRED_SERVICE};
	const unsigned privacy = identity_privacy(m);

	memset(c, 0, sizeof(*c));
	strip(c, wishv, ARRAY_SIZE(wishv));

	if (believed) {
		if (hop != IDENTITY_TRUSTED)
			keep_secret(c, m, privacy, hop);
		return;
	}

	strip(c, namev, ARRAY_SIZE(namev));
	strip(c, historyv, ARRAY_SIZE(historyv));
	strip(c, networkv, ARRAY_SIZE(networkv));
	c->asserted = may_know(m, privacy, hop);
	c->private = hop == IDENTITY_TRUSTED && identity_anonymous(m) &&
		     !message_hdr(m, HDR_PRIVACY);
}
