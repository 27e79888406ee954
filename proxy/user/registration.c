/**
 * @file registration.c  What one REGISTER says, and what its 200 says
 */
#include <string.h>
#include <time.h>
#include <re.h>
#include "common/clock.h"
#include "common/log.h"
#include "proxy/media/nat.h"
#include "proxy/user/outbound.h"
#include "proxy/user/plan.h"
#include "proxy/user/registration.h"


enum { CALLID_MAX = 1024, AGENT_MAX = 128, VERDICT_MAX = 160 };


static void destructor(void *arg)
{
	struct registration *reg = arg;

	for (size_t i = 0; i < CONTACT_MAX; i++) {
		mem_deref(reg->contactv[i]);
		mem_deref(reg->instancev[i]);
	}
	mem_deref(reg->aor);
	mem_deref(reg->callid);
	mem_deref(reg->path);
	mem_deref(reg->user_agent);
}


static int check_path(const struct pl *val)
{
	struct nameaddr na;

	return nameaddr_decode(&na, val) || !sipuri_is_sip(&na.uri) ? EBADMSG
								    : 0;
}


/* RFC 3327 section 5.3: in order, as the Route of what is sent later */
static int copy_path(char **pathp, const struct message *req)
{
	struct mbuf *mb;
	struct value_iter it;
	struct pl val;
	int err = 0;

	if (!message_hdr(req, HDR_PATH))
		return 0;

	mb = mbuf_alloc(256);
	if (!mb)
		return ENOMEM;

	message_values(&it, req, HDR_PATH);
	while (!err && message_values_next(&it, &val)) {
		err = check_path(&val);
		if (!err)
			err = mbuf_printf(mb, "%s%r", mb->pos ? ", " : "",
					  &val);
		if (mb->pos > REGISTRATION_PATH_MAX)
			err = EBADMSG;
	}
	mb->pos = 0;
	if (!err && mb->end)
		err = mbuf_strdup(mb, pathp, mb->end);
	mem_deref(mb);

	return err;
}


static int copy_agent(char **agentp, const struct message *req)
{
	const struct hdr *h = message_hdr(req, HDR_USER_AGENT);
	struct pl val;

	if (!h)
		return 0;

	val = h->val;
	if (val.l > AGENT_MAX)
		val.l = AGENT_MAX;

	return pl_strdup(agentp, &val);
}


static int copy_texts(struct registration *reg, const char *aor)
{
	const struct message *req = reg->req;
	int err;

	if (!req->callid.l || req->callid.l > CALLID_MAX)
		return EBADMSG;

	err = str_dup(&reg->aor, aor);
	err |= pl_strdup(&reg->callid, &req->callid);
	err |= copy_agent(&reg->user_agent, req);
	for (size_t i = 0; i < reg->contacts.n; i++) {
		const struct contact *c = &reg->contacts.v[i];

		err |= pl_strdup(&reg->contactv[i], &c->text);
		if (c->instance.l)
			err |= pl_strdup(&reg->instancev[i], &c->instance);
	}

	return err ? ENOMEM : copy_path(&reg->path, req);
}


/* phones that came together (a power cut, our restart) must not come together
 * for ever: RFC 3261 section 10.3 step 7 lets us shorten */
static void scatter(struct contacts *cs, const struct contact_limits *lim)
{
	for (size_t i = 0; i < cs->n; i++) {
		uint32_t *expires = &cs->v[i].expires_s;
		uint32_t room = (uint32_t)((uint64_t)*expires * lim->jitter /
					   100);

		if (*expires <= lim->expires_min)
			continue;
		if (*expires - room < lim->expires_min)
			room = *expires - lim->expires_min;
		*expires -= rand_u32() % (room + 1);
	}
}


/**
 * Read what a REGISTER wants
 *
 * @param rp  Registration
 * @param req REGISTER; must live as long
 * @param aor Canonical address-of-record
 * @param lim What lifetimes are granted
 *
 * @return 0 if success, EBADMSG, ENOSPC, ERANGE, ENOLINK, ENOMEM
 */
int registration_alloc(struct registration **rp, const struct message *req,
		       const char *aor, const struct contact_limits *lim)
{
	struct registration *reg;
	int err;

	if (!rp || !req || !aor || !lim)
		return EINVAL;

	reg = mem_zalloc(sizeof(*reg), destructor);
	if (!reg)
		return ENOMEM;

	reg->req = req;
	reg->now_ms = (int64_t)clock_wall_ms();
	err = contacts_decode(&reg->contacts, req, lim);
	if (!err)
		err = outbound_judge(&reg->outbound, &reg->contacts, req);
	if (!err)
		scatter(&reg->contacts, lim);
	if (!err)
		err = copy_texts(reg, aor);
	if (err)
		mem_deref(reg);
	else
		*rp = reg;

	return err;
}


static const struct list *bindings(const struct registration *reg,
				   const struct location *l)
{
	struct pl aor;

	pl_set_str(&aor, reg->aor);

	return location_get(l, &aor);
}


struct logging {
	const struct registration *reg;
	struct log *log;
};


static void log_change(const struct binding *b, uint32_t expires_s, void *arg)
{
	const struct logging *lg = arg;
	char verdict[VERDICT_MAX] = "";

	if (!expires_s) {
		log_info(lg->log, "registrar.unbound",
			 KV_STR("aor", lg->reg->aor),
			 KV_STR("contact", b->contact),
			 KV_SA("source", &lg->reg->req->src));
		return;
	}

	(void)re_snprintf(verdict, sizeof(verdict), "%H", nat_print,
			  &b->verdict);
	log_info(lg->log, "registrar.bound", KV_STR("aor", lg->reg->aor),
		 KV_STR("contact", b->contact), KV_SA("source", &b->source),
		 KV_UINT("expires", expires_s), KV_STR("verdict", verdict));
}


/**
 * Log what a request changes
 *
 * @param reg Registration
 * @param lb  Its changes
 * @param log Log, or NULL
 */
void registration_log(const struct registration *reg,
		      const struct location_batch *lb, struct log *log)
{
	struct logging lg = {reg, log};

	if (reg && lb)
		location_batch_changes(lb, log_change, &lg);
}


/**
 * Prepare what the request changes
 *
 * @param bp           Changes; NULL where there are none
 * @param reg          Registration
 * @param l            Location
 * @param contacts_max Bindings of one user at most
 *
 * @return 0 if success, otherwise errorcode
 */
int registration_prepare(struct location_batch **bp,
			 const struct registration *reg, struct location *l,
			 uint32_t contacts_max)
{
	struct plan *p = NULL;
	struct pl aor;
	int err;

	if (!bp || !reg || !l)
		return EINVAL;

	*bp = NULL;
	err = plan_alloc(&p, reg, bindings(reg, l), contacts_max);
	if (err)
		return err;

	if (p->n) {
		pl_set_str(&aor, reg->aor);
		err = location_prepare(bp, l, &aor, p->chgv, p->n);
	}
	mem_deref(p);

	return err;
}


static int print_binding(struct mbuf *mb, const struct binding *b,
			 uint64_t now_ms)
{
	const uint64_t left = b->expires_at > now_ms ? b->expires_at - now_ms
						     : 0;
	int err;

	err = mbuf_printf(mb, "Contact: <%s>;expires=%u", b->contact,
			  (uint32_t)((left + 999) / 1000));
	if (b->q < 1000)
		err |= mbuf_printf(mb, ";q=0.%03u", (uint32_t)b->q);
	if (b->instance)
		err |= mbuf_printf(mb, ";+sip.instance=\"%s\"", b->instance);
	if (b->reg_id)
		err |= mbuf_printf(mb, ";reg-id=%u", b->reg_id);
	err |= mbuf_write_str(mb, "\r\n");

	return err;
}


/* IMF-fixdate, in English whatever the locale (RFC 3261 section 20.17) */
static int print_date(struct mbuf *mb)
{
	static const char dayv[][4] = {"Sun", "Mon", "Tue", "Wed",
				       "Thu", "Fri", "Sat"};
	static const char monv[][4] = {"Jan", "Feb", "Mar", "Apr",
				       "May", "Jun", "Jul", "Aug",
				       "Sep", "Oct", "Nov", "Dec"};
	const time_t now = time(NULL);
	struct tm tm;

	if (!gmtime_r(&now, &tm))
		return 0;

	return mbuf_printf(mb, "Date: %s, %02d %s %d %02d:%02d:%02d GMT\r\n",
			   dayv[tm.tm_wday % 7], tm.tm_mday,
			   monv[tm.tm_mon % 12], tm.tm_year + 1900, tm.tm_hour,
			   tm.tm_min, tm.tm_sec);
}


/**
 * Print the lines of the 200 (RFC 3261 section 10.3 step 8): all bindings,
 * and the Path where the phone knows what that is (RFC 3327 section 5.3)
 *
 * @param mb     Buffer
 * @param reg    Registration
 * @param l      Location
 * @param now_ms Monotonic time
 *
 * @return 0 if success, otherwise errorcode
 */
int registration_print(struct mbuf *mb, const struct registration *reg,
		       const struct location *l, uint64_t now_ms)
{
	const struct list *have;
	int err = 0;

	if (!mb || !reg || !l)
		return EINVAL;

	have = bindings(reg, l);
	for (struct le *le = list_head(have); le && !err; le = le->next)
		err = print_binding(mb, le->data, now_ms);

	if (!err && reg->path &&
	    message_has_token(reg->req, HDR_SUPPORTED, "path"))
		err = mbuf_printf(mb, "Path: %s\r\n", reg->path);

	return err ? err : print_date(mb);
}
