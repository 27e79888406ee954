/**
 * @file announcement.c  One user at one redirect server: its REGISTER
 */
#include <string.h>
#include <re.h>
#include "proxy/redirect/announcement.h"
#include "proxy/redirect/redirect_contact.h"
#include "proxy/user/digest.h"


enum {
	EXPIRES_S = 600, /* asked for */
	EXPIRES_MIN = 60,
	EXPIRES_MAX = 86400,
	AUTHORIZATION_SIZE = 1024,
};


/** The texts of one REGISTER */
struct register_text {
	char ruri[96];
	char from[AGENT_URI_SIZE + 40];
	char to[AGENT_URI_SIZE + 2];
	char contact[AGENT_URI_SIZE + 80];
	char extra[AGENT_URI_SIZE + AUTHORIZATION_SIZE + 200];
};


/* our listening address, with the user in front so that it names the callee */
static int contact_print(char *buf, size_t size, const struct announcement *an,
			 const struct config_addr *server)
{
	const char *tp = server->proto == CONFIG_TCP ? ";transport=tcp" : "";

	return re_snprintf(buf, size, "%b@%J%s", an->uri,
			   strcspn(an->uri, "@"), &an->sentby, tp);
}


static int text_print(struct register_text *t, const struct announcement *an,
		      const struct config_addr *server,
		      const char *authorization)
{
	if (re_snprintf(t->ruri, sizeof(t->ruri), "sip:%J", &server->sa) < 0 ||
	    re_snprintf(t->from, sizeof(t->from), "<%s>;tag=%s", an->uri,
			an->tag) < 0 ||
	    re_snprintf(t->to, sizeof(t->to), "<%s>", an->uri) < 0 ||
	    contact_print(t->contact, sizeof(t->contact), an, server) < 0)
		return EINVAL;

	return re_snprintf(t->extra, sizeof(t->extra),
			   "Contact: <%s>\r\nExpires: %u\r\n%s", t->contact,
			   an->served ? EXPIRES_S : 0, authorization) < 0
		       ? EINVAL
		       : 0;
}


static int register_send(struct announcement *an,
			 const struct announcement_path *path,
			 const char *authorization, client_txn_h *h)
{
	struct build_request rq = {.met = "REGISTER"};
	struct register_text t;
	int err;

	err = text_print(&t, an, path->server, authorization);
	if (err)
		return err;

	pl_set_str(&rq.ruri, t.ruri);
	pl_set_str(&rq.from, t.from);
	pl_set_str(&rq.to, t.to);
	pl_set_str(&rq.callid, an->callid);
	rq.cseq = ++an->cseq;
	rq.extra = t.extra;
	an->sent = an->served;

	return agent_send(&an->ct, path->agent, an->flow, &rq, h, an);
}


/**
 * Begin an announcement
 *
 * @param an  Announcement, zeroed
 * @param aor The user, "user@host"
 *
 * @return 0 if success, otherwise errorcode
 */
int announcement_init(struct announcement *an, const struct pl *aor)
{
	int err;

	agent_tag(an->tag, 'n');
	agent_tag(an->callid, 'n');
	err = pl_strdup(&an->aor, aor);
	if (err)
		return err;

	return agent_aor_uri(an->uri, sizeof(an->uri), aor);
}


/**
 * Send the REGISTER
 *
 * @param an   Announcement
 * @param path Who asks whom
 * @param h    Response handler; its argument is the announcement
 *
 * @return 0 if success, otherwise errorcode
 */
int announcement_send(struct announcement *an,
		      const struct announcement_path *path, client_txn_h *h)
{
	int err;

	an->authorized = false;
	an->flow = mem_deref(an->flow);
	err = agent_flow(&an->flow, &an->sentby, path->agent, path->server);

	return err ? err : register_send(an, path, "", h);
}


static int answer_print(char *buf, size_t size,
			const struct announcement_path *path,
			const struct hdr *h)
{
	struct digest_challenge ch;
	char cnonce[AGENT_TAG_SIZE], ruri[96];
	char value[AUTHORIZATION_SIZE - 32];
	struct pl uri, met;

	if (digest_challenge_decode(&ch, &h->val) ||
	    re_snprintf(ruri, sizeof(ruri), "sip:%J", &path->server->sa) < 0)
		return EBADMSG;

	agent_tag(cnonce, 'c');
	pl_set_str(&met, "REGISTER");
	pl_set_str(&uri, ruri);
	if (digest_authorize(value, sizeof(value), &ch, path->name,
			     path->secret, &met, &uri, 1, cnonce))
		return EBADMSG;

	return re_snprintf(buf, size, "%s: %s\r\n",
			   h->id == HDR_WWW_AUTHENTICATE
				   ? "Authorization"
				   : "Proxy-Authorization",
			   value) < 0
		       ? EBADMSG
		       : 0;
}


/**
 * Answer the first challenge that we understand, once for each REGISTER
 *
 * @param an   Announcement
 * @param path Who asks whom
 * @param resp 401 or 407
 * @param h    Response handler; its argument is the announcement
 *
 * @return 0 if success, EACCES if there is no answer, otherwise errorcode
 */
int announcement_authorize(struct announcement *an,
			   const struct announcement_path *path,
			   const struct message *resp, client_txn_h *h)
{
	char authorization[AUTHORIZATION_SIZE];
	enum hdr_id id = resp->scode == 401 ? HDR_WWW_AUTHENTICATE
					    : HDR_PROXY_AUTHENTICATE;

	if (an->authorized || !path->secret[0])
		return EACCES;

	for (const struct hdr *hdr = message_hdr(resp, id); hdr;
	     hdr = message_hdr_next(resp, hdr)) {
		if (answer_print(authorization, sizeof(authorization), path,
				 hdr))
			continue;

		an->authorized = true;
		return register_send(an, path, authorization, h);
	}

	return EACCES;
}


/**
 * How long the server keeps an announcement
 *
 * @param an   Announcement
 * @param path Who asks whom
 * @param resp 2xx
 *
 * @return Seconds
 */
uint32_t announcement_granted(const struct announcement *an,
			      const struct announcement_path *path,
			      const struct message *resp)
{
	char contact[AGENT_URI_SIZE + 80];
	uint32_t s = EXPIRES_S;
	struct value_iter it;
	struct nameaddr na;
	struct pl val;

	if (contact_print(contact, sizeof(contact), an, path->server) < 0)
		return s;

	message_values(&it, resp, HDR_CONTACT);
	while (message_values_next(&it, &val)) {
		if (nameaddr_decode(&na, &val) ||
		    pl_strcasecmp(&na.addr, contact))
			continue;

		if (redirect_contact_expires(&s, resp, &na))
			s = EXPIRES_S;
		break;
	}

	if (s < EXPIRES_MIN)
		return EXPIRES_MIN;

	return s < EXPIRES_MAX ? s : EXPIRES_MAX;
}
