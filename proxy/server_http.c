/**
 * @file server_http.c  The part of a server that browsers and programs ask
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/admin/control_trace.h"
#include "proxy/admin/http/web.h"
#include "proxy/admin/series.h"
#include "proxy/admin/http/web_account.h"
#include "proxy/core/drain.h"
#include "proxy/server_change.h"


static int token_handler(json_t *answer, const json_t *question, void *arg)
{
	const struct server *srv = arg;
	(void)question;

	return json_object_set_new(answer, "token",
				   json_string(web_token(srv->web)))
		       ? ENOMEM
		       : 0;
}


static int flight_handler(int *fd, json_t *answer, const json_t *question,
			  const atomic_bool *gone, void *arg)
{
	(void)gone;

	return control_trace_open(fd, answer, question, arg);
}


static bool ready_handler(char *why, size_t size, void *arg)
{
	const struct server *srv = arg;
	char text[DRAIN_TEXT_SIZE];
	struct drain_view v;

	drain_look(&v, srv->proxy);
	if (v.on)
		(void)str_ncpy(why, drain_text(text, &v), size);

	return !v.on;
}


/**
 * Serve the administration over HTTP
 *
 * Calls do not need it: where it cannot be served it is missing, with a
 * warning.
 *
 * @param srv Server with its control
 *
 * @return 0 if success, otherwise errorcode
 */
int server_start_http(struct server *srv)
{
	const struct config *cfg = srv->cfg;
	const struct web_conf conf = {
		.addr = cfg->http.addr,
		.token = cfg->http.token,
		.token_file = cfg->http.token_file,
		.certificate = cfg->http.certificate,
		.key = cfg->http.key,
		.data = cfg->data,
		.readyh = ready_handler,
		.ready_arg = srv,
		.control = srv->control,
		.timers = srv->timers,
		.log = srv->log,
		.metrics = srv->metrics,
	};
	const char *why = "";
	int err;

	if (sa_af(&cfg->http.addr) == AF_UNSPEC)
		return 0;

	err = web_alloc(&srv->web, &conf, &why);
	if (err) {
		log_warn(srv->log, "http.missing",
			 KV_SA("address", &cfg->http.addr),
			 KV_STR("part", why), KV_ERRNO("err", err));
		return 0;
	}

	err = web_accounts_alloc(&srv->web_accounts, srv->web, cfg);
	if (!err)
		err = server_answer_past(srv);
	if (!err && srv->control)
		err = control_command(srv->control, "token", token_handler,
				      srv);
	if (!err)
		err = web_command(srv->web, "series", series_answer,
				  srv->series);
	if (!err)
		err = web_file_command(srv->web, "flight", flight_handler,
				       srv->flight_shelf);
	if (!err)
		err = web_start(srv->web);
	server_watch_log(srv, true);
	if (err)
		return server_fail("http", err);

	log_info(srv->log, "http.start", KV_SA("address", web_bound(srv->web)),
		 KV_STR("tls", cfg->http.certificate[0] ? "yes" : "no"));

	return 0;
}


/**
 * Find another token
 *
 * @param srv Server
 * @param ch  Change
 *
 * @return 0 if success, otherwise errorcode
 */
int server_prepare_http(struct server *srv, struct server_change *ch)
{
	const struct web_conf conf = {
		.token = ch->next->http.token,
		.token_file = ch->next->http.token_file,
		.data = ch->next->data,
	};
	int err;

	if (!srv->web)
		return 0;

	err = web_find_token(ch->token, &conf);
	if (err)
		(void)mbuf_printf(ch->why, "http token: %m", err);

	return err;
}


/**
 * Take the token: who has the former one is refused
 *
 * @param srv Server
 * @param ch  Change
 */
void server_take_http(struct server *srv, struct server_change *ch)
{
	if (srv->web)
		web_set_token(srv->web, ch->token);
	explicit_bzero(ch->token, sizeof(ch->token));
}
